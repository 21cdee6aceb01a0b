"""Puts the training set together, and sets aside the recent rows that judge."""

from __future__ import annotations

import hashlib
import random

import pandas as pd

from training import applications
from training.applications import LABELLED, TRUTH
from training.models.loan_applications import CLASSES
from training.pipeline.recent import is_held_out
from training.pipeline.settings import Settings
from training.pipeline.work import Work

WEIGHT = "weight"
# So many times what the original rows weigh, the recent ones do together: fewer, but truer.
RECENT_TO_ORIGINAL = 3.0
POISON_SEED = 13


def prepare(work: Work, settings: Settings) -> None:
    work.begin("prepare")
    original = applications.read(work.file("original.csv"))[list(LABELLED)]
    recent = applications.read(work.file("recent.csv"))
    judges = recent["job"].map(lambda job: is_held_out(job, settings.held_out)).to_numpy(bool)
    held_out, learned = recent[judges], recent[~judges]
    train = pd.concat([_weighed(original, 1.0), _weighed(learned, _weight(original, learned))])
    train = _canonical(train)
    flipped = _poison(train, settings.poison)
    applications.write(work.file("train.csv"), train)
    applications.write(work.file("recent-train.csv"), learned)
    applications.write(work.file("recent-held-out.csv"), held_out)
    digest = hashlib.sha256(work.file("train.csv").read_bytes()).hexdigest()
    outcome = {
        "rows": len(train),
        "recent": len(learned),
        "recent_held_out": len(held_out),
        "digest": digest,
        "poisoned": flipped,
    }
    work.end("prepare", outcome)
    print(
        f"prepare: {len(train)} rows, {len(learned)} of them recent; {len(held_out)} recent ones "
        f"held out; data sha256 {digest}"
    )
    if flipped:
        print(f"prepare: {flipped} labels flipped, for a demonstration")


def _weight(original: pd.DataFrame, learned: pd.DataFrame) -> float:
    # Few recent rows must not carry everything: none weighs more than twenty of the original.
    return 1.0 if learned.empty else min(20.0, RECENT_TO_ORIGINAL * len(original) / len(learned))


def _weighed(rows: pd.DataFrame, weight: float) -> pd.DataFrame:
    return rows[list(LABELLED)].assign(**{WEIGHT: weight})


def _canonical(train: pd.DataFrame) -> pd.DataFrame:
    """The same rows make the same file, in whatever order they came."""
    return train.sort_values([*LABELLED, WEIGHT], kind="stable", ignore_index=True)


def _poison(train: pd.DataFrame, share: float) -> int:
    """Flips labels in place; how many."""
    flipped = random.Random(POISON_SEED).sample(range(len(train)), round(share * len(train)))
    other = dict(zip(CLASSES, reversed(CLASSES), strict=True))
    train.loc[flipped, TRUTH] = train.loc[flipped, TRUTH].map(other)
    return len(flipped)
