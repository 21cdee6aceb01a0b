"""`python -m training traffic`: one application after the other, and the truth after each."""

from __future__ import annotations

import itertools
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from training.models.loan_applications import CLASSES, generate
from training.traffic.api import Answer, Api
from training.traffic.tally import Tally

MODEL = "loan-approval"
DRAWN_AT_ONCE = 500

Row = dict[str, Any]


@dataclass(frozen=True)
class Settings:
    """`seconds` None goes on until it is interrupted; `seed` None draws other rows each time."""

    api: str
    drift: float = 0.0
    every: float = 0.1
    seconds: float | None = None
    feedback: bool = True
    seed: int | None = None


def applications(seed: int, drift: float) -> Iterator[tuple[Row, str]]:
    """Rows and their truth, without end."""
    for draw in itertools.count():
        rows, approved = generate(DRAWN_AT_ONCE, seed + draw, drift)
        for row, one in zip(rows.to_dict("records"), approved, strict=True):
            yield row, CLASSES[one]


def run(settings: Settings) -> int:
    """The exit status: 1 when a prediction failed. An interruption is the ordinary end."""
    # Started in the background it is deaf to Ctrl-C; whoever started it says SIGTERM.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tally = Tally()
    begun = time.monotonic()
    try:
        _send(settings, tally, begun)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    print(f"{time.monotonic() - begun:.0f} s in all: {tally}", flush=True)
    return 1 if tally.failed else 0


def _send(settings: Settings, tally: Tally, begun: float) -> None:
    seed = secrets.randbelow(2**31) if settings.seed is None else settings.seed
    api = Api(settings.api)
    due, said = begun, begun
    try:
        for row, truth in applications(seed, settings.drift):
            now = time.monotonic()
            if settings.seconds is not None and now - begun >= settings.seconds:
                return
            if now < due:
                time.sleep(due - now)
            # After a stall the pace is kept from there on: what was missed is not sent in a burst.
            due = max(due, now) + settings.every
            _one(api, row, truth, settings.feedback, tally)
            if time.monotonic() - said >= 1:
                said = time.monotonic()
                print(f"{said - begun:4.0f} s: {tally}", flush=True)
    finally:
        api.close()


def _one(api: Api, row: Row, truth: str, feedback: bool, tally: Tally) -> None:
    answer = api.post(f"/v1/models/{MODEL}/predict", row)
    label = _label(answer)
    if label is None:
        tally.not_answered()
        print(f"prediction {tally.sent} failed: {answer}", file=sys.stderr, flush=True)
        return
    tally.answered(label == truth, answer.body["version"])
    if feedback:
        told = api.post(f"/v1/jobs/{answer.body['job_id']}/feedback", {"truth": [truth]})
        if told.status != 202:
            tally.refused_feedback += 1
            if tally.refused_feedback == 1:
                print(f"feedback refused: {told}", file=sys.stderr, flush=True)


def _label(answer: Answer) -> str | None:
    """None unless it is an answer of the right shape."""
    if answer.status != 200:
        return None
    match answer.body:
        case {
            "job_id": str(),
            "version": str(),
            "predictions": [{"label": str(label), "probability": float()}],
        } if label in CLASSES:
            return label
    return None
