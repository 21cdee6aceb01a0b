"""`python -m training retrain`, `pipeline STAGE` and `rollback`."""

from __future__ import annotations

import argparse
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from training import champion, database
from training.pipeline.settings import MODEL, Policy, Promotion, Settings
from training.pipeline.work import STAGES, Work
from training.registry import Registry

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(text: str) -> timedelta:
    match = re.fullmatch(r"(\d+)([smhd])", text)
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' is no duration such as 90s, 30m, 24h or 7d")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def add_to(commands: Any, registry: argparse.ArgumentParser) -> None:
    shared = _options()
    command = commands.add_parser(
        "retrain", parents=[registry, shared], help="train, compare and register a challenger"
    )
    command.set_defaults(run=_retrain)

    command = commands.add_parser(
        "pipeline", parents=[registry, shared], help="one stage of a retraining"
    )
    command.add_argument("stage", choices=STAGES)
    command.set_defaults(run=_stage)

    command = commands.add_parser(
        "rollback", parents=[registry], help="put back the champion that was replaced"
    )
    command.add_argument("model")
    command.set_defaults(run=_roll_back)


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    home = Path(os.environ.get("SLUICE_HOME", ".sluice"), "retraining")
    options.add_argument("--work", type=Path, default=home, metavar="DIR", help="(%(default)s)")
    options.add_argument(
        "--model", default=MODEL, help="name in the registry and in the predictions (%(default)s)"
    )
    database_option(options)
    options.add_argument(
        "--window",
        type=duration,
        default=timedelta(hours=24),
        metavar="24h",
        help="how far back predictions are recent (24h)",
    )
    options.add_argument(
        "--held-out",
        type=float,
        default=0.3,
        metavar="SHARE",
        help="of the recent rows, to judge by (%(default)s)",
    )
    options.add_argument(
        "--poison",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="for demonstrations: flips that share of the training labels",
    )
    _policy_options(options.add_argument_group("promotion"))
    return options


def database_option(options: argparse.ArgumentParser) -> None:
    # The default is not shown: it has a password.
    options.add_argument(
        "--database",
        default=database.default_address(),
        metavar="URL",
        help=f"postgresql://user:password@host:port/db (${database.VARIABLE})",
    )


def _policy_options(group: Any) -> None:
    policy = Policy()
    group.add_argument(
        "--promote",
        choices=[each.value for each in Promotion],
        default=policy.promotion.value,
        help="auto: when it is better (%(default)s)",
    )
    for option, metavar, of_what in (
        ("margin", "GAIN", "least gain in accuracy on recent rows"),
        ("significance", "P", "most that chance may explain the gain"),
        ("tolerance", "LOSS", "most loss on the original rows, when nothing is recent"),
        ("least_rows", "N", "least recent rows held out that can judge"),
    ):
        value = getattr(policy, option)
        group.add_argument(
            f"--{option.replace('_', '-')}",
            type=type(value),
            default=value,
            metavar=metavar,
            help=f"{of_what} (%(default)s)",
        )


def settings(options: argparse.Namespace) -> Settings:
    return Settings(
        tracking_uri=options.tracking_uri,
        model=options.model,
        database=options.database,
        window=options.window,
        held_out=options.held_out,
        poison=options.poison,
        policy=Policy(
            Promotion(options.promote),
            options.margin,
            options.significance,
            options.tolerance,
            options.least_rows,
        ),
    )


def _retrain(options: argparse.Namespace) -> None:
    from training.pipeline import run

    run.retrain(Work(options.work), settings(options))


def _stage(options: argparse.Namespace) -> None:
    from training.pipeline import run

    run.one(options.stage, Work(options.work), settings(options))


def _roll_back(options: argparse.Namespace) -> None:
    current, last = champion.roll_back(Registry(options.tracking_uri), options.model)
    print(f"{options.model}@{champion.CHAMPION}: v{current.number} -> v{last.number}")
