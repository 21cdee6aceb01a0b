"""Fetches the original rows, and the recent ones whose truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from training import applications, database
from training.applications import LABELLED
from training.catalogue import GENERATED, RELEASES, Recipe
from training.models import loan_approval
from training.pipeline import recent
from training.pipeline.settings import MODEL, Settings
from training.pipeline.work import Work

if TYPE_CHECKING:
    import psycopg

PREPROCESSED = "loans_clean"


def pull(work: Work, settings: Settings) -> None:
    work.begin("pull")
    if settings.database is None:
        train, held_out, origin = _generated()
        lately = recent.none()
    else:
        with database.transaction(settings.database) as connection:
            if database.has_table(connection, f"{PREPROCESSED}.train"):
                train = _table(connection, "train")
                held_out = _table(connection, "test")
                origin = f"{PREPROCESSED} of {len(train)} rows"
            else:
                train, held_out, origin = _generated()
            # The monitor makes the tables; before it has run nothing is recent.
            known = all(database.has_table(connection, t) for t in ("prediction", "feedback"))
            window = settings.window
            lately = recent.labelled(connection, settings.model, window) if known else recent.none()
    applications.write(work.file("original.csv"), train)
    applications.write(work.file("original-held-out.csv"), held_out)
    applications.write(work.file("recent.csv"), lately.rows)
    outcome = {
        "origin": origin,
        "original": len(train),
        "original_held_out": len(held_out),
        "recent": len(lately.rows),
        "unusable": dict(lately.unusable.most_common()),
    }
    work.end("pull", outcome)
    print(
        f"pull: {len(train)} rows of {origin}, {len(held_out)} held out; "
        f"{len(lately.rows)} recent predictions with their truth"
    )
    for reason, number in lately.unusable.most_common():
        print(f"pull: {number} recent predictions left out: {reason}")


def _generated() -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """The very rows that `publish` trains on and judges by."""
    params = next(r.params for r in RELEASES if isinstance(r, Recipe) and r.name == MODEL)
    seen, unseen, truth, unseen_truth = loan_approval.split(params)
    train = applications.labelled(seen, truth)
    return train, applications.labelled(unseen, unseen_truth), GENERATED


def _table(connection: psycopg.Connection, part: str) -> pd.DataFrame:
    names = ", ".join(LABELLED)
    # A constant and two names of our own: nothing a user says is part of it.
    query = f"select {names} from {PREPROCESSED}.{part} order by loan_id"
    rows = connection.execute(query).fetchall()
    return applications.typed([dict(zip(LABELLED, row, strict=True)) for row in rows])
