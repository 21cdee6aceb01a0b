"""`python -m training traffic`."""

from __future__ import annotations

import argparse
from typing import Any


def add_to(commands: Any) -> None:
    command = commands.add_parser(
        "traffic", help="send loan applications to a running API, and their truth"
    )
    command.add_argument("--api", default="http://127.0.0.1:8080", metavar="URL")
    command.add_argument(
        "--drift",
        type=float,
        default=0.0,
        metavar="D",
        help="how far the world has changed: 0 not at all, 0.4 much (%(default)s)",
    )
    command.add_argument(
        "--every", type=float, default=0.1, metavar="SECONDS", help="pace (%(default)s)"
    )
    command.add_argument(
        "--seconds", type=float, metavar="N", help="how long (until it is interrupted)"
    )
    command.add_argument(
        "--feedback",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="tell the truth after each prediction (yes)",
    )
    command.add_argument("--seed", type=int, help="draw the same rows again")
    command.set_defaults(run=_traffic)


def _traffic(options: argparse.Namespace) -> int:
    from training.traffic import run

    return run.run(
        run.Settings(
            options.api,
            options.drift,
            options.every,
            options.seconds,
            options.feedback,
            options.seed,
        )
    )
