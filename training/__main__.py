"""`python -m training COMMAND`: each command imports only what it needs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

from training.alias import move
from training.catalogue import NAMES, RAW, RINGS
from training.demo import run as run_demo
from training.demo_loop import command as demo_loop
from training.failure import TrainingFailure
from training.loans import command as loans
from training.pipeline import command as pipeline
from training.publish import publish, selected
from training.registry import Registry
from training.traffic import command as traffic


def _publish(options: argparse.Namespace) -> None:
    publish(Registry(options.tracking_uri), selected(options.names, options.data))


def _alias(options: argparse.Namespace) -> None:
    move(Registry(options.tracking_uri), options.model, options.alias, options.version)


def _demo(options: argparse.Namespace) -> None:
    run_demo(options.api)


def _golden(options: argparse.Namespace) -> None:
    from training import golden

    golden.write(Registry(options.tracking_uri), options.out)


def _drift_golden(options: argparse.Namespace) -> None:
    from training import drift_golden

    drift_golden.write(options.out)


def _rings(options: argparse.Namespace) -> None:
    try:
        from training.molecules import train
    except ModuleNotFoundError as missing:
        raise TrainingFailure(
            f"{missing.name} is not installed: train the rings with `make train-rings`, which "
            "makes an environment from training/requirements-torch.lock"
        ) from missing
    train.train_releases(options.out)


def _ingest(options: argparse.Namespace) -> None:
    from training.ingest import command

    source = options.data_loc / options.file_name
    dlq = options.dlq or options.output_path / "dlq.log"
    command.run(source, options.output_path, dlq, options.log_level)


def _samples(options: argparse.Namespace) -> None:
    from training import samples

    samples.draw()


class Parser(argparse.ArgumentParser):
    """Repeats no argument that may be an address with a password."""

    def error(self, message: str) -> NoReturn:
        if "://" in message or "@" in message:
            message = f"{message.partition(':')[0]}: see --help"
        super().error(message)


def parser() -> argparse.ArgumentParser:
    top = Parser(prog="python -m training", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    registry = argparse.ArgumentParser(add_help=False)
    registry.add_argument(
        "--tracking-uri",
        default=os.environ.get("SLUICE_MLFLOW", "http://127.0.0.1:5000"),
        help="address of the MLflow server (default: $SLUICE_MLFLOW or http://127.0.0.1:5000)",
    )

    command = commands.add_parser(
        "publish", parents=[registry], help="train, log and register what changed"
    )
    command.add_argument("names", nargs="*", metavar="MODEL", help=f"of {', '.join(NAMES)}")
    command.add_argument(
        "--data", type=Path, metavar="CSV", help="the real California housing table"
    )
    command.set_defaults(run=_publish)

    command = commands.add_parser(
        "alias", parents=[registry], help="make an alias point at a version"
    )
    command.add_argument("model")
    command.add_argument("alias")
    command.add_argument("version", type=int)
    command.set_defaults(run=_alias)

    command = commands.add_parser(
        "golden", parents=[registry], help="write what every champion must answer"
    )
    command.add_argument("--out", type=Path, required=True, metavar="DIR")
    command.set_defaults(run=_golden)

    command = commands.add_parser("drift-golden", help="write drift figures as SciPy computes them")
    command.add_argument("--out", type=Path, required=True, metavar="FILE")
    command.set_defaults(run=_drift_golden)

    pipeline.add_to(commands, registry)
    loans.add_to(commands, pipeline.database_option)
    traffic.add_to(commands)
    demo_loop.add_to(commands, registry)

    command = commands.add_parser("demo", help="send one picture and one row to a running API")
    command.add_argument("--api", default="http://127.0.0.1:8080", metavar="URL")
    command.set_defaults(run=_demo)

    command = commands.add_parser("rings", help="train molecule-rings v1 and v2 (needs torch)")
    command.add_argument("--out", type=Path, default=RINGS, metavar="DIR")
    command.set_defaults(run=_rings)

    command = commands.add_parser(
        "ingest", help="raw compounds to a clean table and pictures, bad records to a log"
    )
    command.add_argument("--data_loc", "--data-loc", type=Path, default=RAW, metavar="DIR")
    command.add_argument("--file_name", "--file-name", default="compounds.json", metavar="JSON")
    command.add_argument(
        "--output_path", "--output-path", type=Path, default=Path("data"), metavar="DIR"
    )
    command.add_argument(
        "--dlq", type=Path, metavar="LOG", help="dead letters (default: dlq.log beside the table)"
    )
    command.add_argument(
        "--log_level", "--log-level", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR")
    )
    command.set_defaults(run=_ingest)

    command = commands.add_parser("samples", help="make the odd sample files again")
    command.set_defaults(run=_samples)
    return top


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except TrainingFailure as failure:
        print(f"{options.command}: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
