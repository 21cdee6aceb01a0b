"""`python -m training demo-loop`; `make demo-loop` starts what it needs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from training.address import anonymous
from training.registry import Registry


def add_to(commands: Any, registry: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "demo-loop", parents=[registry], help="tell the learning loop as it turns (make demo-loop)"
    )
    for service in ("api", "monitor", "prometheus", "prefect"):
        command.add_argument(f"--{service}", required=True, metavar="URL")
    command.add_argument("--flow", default="retraining/demo", help="in Prefect (%(default)s)")
    command.add_argument("--every", type=float, default=0.05, metavar="SECONDS")
    command.add_argument("--log", type=Path, required=True, help="of the traffic")
    command.set_defaults(run=_tell)


def _tell(options: argparse.Namespace) -> int:
    from training.demo_loop.services import Services
    from training.demo_loop.story import Story
    from training.demo_loop.traffic import Traffic

    services = Services(
        anonymous("--api", options.api),
        anonymous("--monitor", options.monitor),
        anonymous("--prometheus", options.prometheus),
        anonymous("--prefect", options.prefect),
        Registry(options.tracking_uri),
    )
    story = Story(services, Traffic(options.api, options.every, options.log), options.flow)
    story.tell()
    return story.verdict()
