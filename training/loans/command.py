"""`python -m training loans`: raw records to clean tables, in Postgres or in files."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any


def add_to(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    command = commands.add_parser("loans", help="raw loan records to clean tables in Postgres")
    steps = command.add_subparsers(dest="step", required=True, metavar="STEP")

    step = steps.add_parser("generate", help="write raw records, most of them fine, to a CSV file")
    step.add_argument("--out", type=Path, required=True, metavar="CSV")
    step.add_argument("--rows", type=int, default=5000, help="(%(default)s)")
    step.add_argument("--seed", type=int, default=11, help="(%(default)s)")
    step.set_defaults(run=_generate)

    step = steps.add_parser("clean", help="raw records to train, validation and test as CSV files")
    step.add_argument("--file", type=Path, required=True, metavar="CSV")
    step.add_argument("--out", type=Path, required=True, metavar="DIR")
    step.set_defaults(run=_clean)

    step = steps.add_parser("train", help="a model of the clean files, in a folder")
    step.add_argument("--data", type=Path, required=True, metavar="DIR")
    step.add_argument("--out", type=Path, required=True, metavar="DIR")
    step.set_defaults(run=_train)

    step = steps.add_parser("evaluate", help="that model on the clean files it has not seen")
    step.add_argument("--data", type=Path, required=True, metavar="DIR")
    step.add_argument("--folder", type=Path, required=True, metavar="DIR")
    step.add_argument("--out", type=Path, required=True, metavar="JSON")
    step.set_defaults(run=_evaluate)

    step = steps.add_parser("load", help="raw records to loans_raw, in the place of the last ones")
    step.add_argument("--file", type=Path, metavar="CSV", help="(what `generate` makes)")
    database_option(step)
    step.set_defaults(run=_load)

    step = steps.add_parser("preprocess", help="loans_raw to train, validation and test")
    database_option(step)
    step.set_defaults(run=_preprocess)


def _generate(options: argparse.Namespace) -> None:
    from training.loans import sample

    print(f"{options.out}: {sample.write(options.out, options.rows, options.seed)} records")


def _clean(options: argparse.Namespace) -> None:
    from training.loans import files

    print(f"{options.out}: {files.clean_into(options.out, options.file).report()}")


def _train(options: argparse.Namespace) -> None:
    from training.loans import files

    files.train(options.data, options.out)


def _evaluate(options: argparse.Namespace) -> None:
    from training.loans import files

    files.evaluate(options.data, options.folder, options.out)


def _load(options: argparse.Namespace) -> None:
    from training.loans import sample, store

    with tempfile.TemporaryDirectory() as scratch:
        file = options.file
        if file is None:
            file = Path(scratch, "loans.csv")
            sample.write(file)
        print(f"loans_raw: {store.load(options.database, file)} records")


def _preprocess(options: argparse.Namespace) -> None:
    from training.loans import store

    print(f"loans_clean: {store.preprocess(options.database).report()}")
