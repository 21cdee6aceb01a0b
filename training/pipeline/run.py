"""All stages of a retraining in their order."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from training.pipeline.evaluate import evaluate
from training.pipeline.prepare import prepare
from training.pipeline.profile import profile
from training.pipeline.pull import pull
from training.pipeline.register import register
from training.pipeline.settings import Settings
from training.pipeline.train import train
from training.pipeline.work import Work

Stage = Callable[[Work, Settings], None]
BY_NAME: dict[str, Stage] = {
    "pull": pull,
    "profile": profile,
    "prepare": prepare,
    "train": train,
    "evaluate": evaluate,
    "register": register,
}


def one(stage: str, work: Work, settings: Settings) -> None:
    with work.held():
        BY_NAME[stage](work, settings)
    if stage == "register":
        print(verdict(work))


def retrain(work: Work, settings: Settings) -> None:
    """From the first stage on: what a run that was cut off left is of no use."""
    with work.held():
        for stage in BY_NAME.values():
            stage(work, settings)
    print(verdict(work))


def verdict(work: Work) -> str:
    """One line of JSON, for machines."""
    outcome: dict[str, Any] = work.outcome("register")
    return json.dumps(outcome)
