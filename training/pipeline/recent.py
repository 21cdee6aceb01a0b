"""What was predicted lately and what turned out to be true."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from training import applications
from training.applications import LABELLED, TRUTH
from training.models.loan_applications import CLASSES, COLUMNS

if TYPE_CHECKING:
    import psycopg

# The newest first: of a job that was answered twice under one id the later row is the one kept.
LABELLED_PREDICTIONS = """
    select p.job, p.item, p.version, p.input, f.truth
    from prediction p join feedback f using (job, item)
    where p.model = %s and p.finished > now() - %s and p.input is not null and p.output is not null
      and f.truth <> 'null'
    order by p.finished desc, p.job, p.item
    limit %s
"""
LARGEST = 2**53
# More would be no better to learn from, and are held in memory.
MOST_ROWS = 100_000
PLACE = ("job", "item", "version")
_PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "double": (int, float),
    "long": int,
}


@dataclass(frozen=True)
class Recent:
    """`rows` have the columns PLACE and LABELLED; `unusable` counts why others were left out."""

    rows: pd.DataFrame
    unusable: Counter[str] = field(default_factory=Counter)


def none() -> Recent:
    return Recent(applications.typed([], (*PLACE, *LABELLED)))


def labelled(connection: psycopg.Connection, model: str, window: timedelta) -> Recent:
    unusable: Counter[str] = Counter()
    found: dict[tuple[str, int], dict[str, Any]] = {}
    wanted = (model, window, MOST_ROWS)
    for job, item, version, row, truth in connection.execute(LABELLED_PREDICTIONS, wanted):
        fault = _fault(row, truth)
        if fault:
            unusable[fault] += 1
            continue
        place = {"job": job, "item": item, "version": version}
        columns = {name: row[name] for name in COLUMNS}
        found.setdefault((job, item), place | columns | {TRUTH: truth})
    return Recent(applications.typed(list(found.values()), (*PLACE, *LABELLED)), unusable)


def is_held_out(job: str, share: float) -> bool:
    """By the job's id alone: a row that judged one retraining trains no other."""
    place = int.from_bytes(hashlib.sha256(job.encode()).digest()[:4])
    return place < share * 2**32


def _fault(row: Any, truth: Any) -> str | None:
    if truth not in CLASSES:
        return f"truth is not of {', '.join(CLASSES)}"
    if not isinstance(row, dict):
        return "input is no row"
    for name, kind in COLUMNS.items():
        value = row.get(name)
        if isinstance(value, bool) or not isinstance(value, _PYTHON_TYPES[kind]):
            return f"{name} is not a {kind}"
        if not isinstance(value, str) and not abs(value) < LARGEST:
            return f"{name} is too large"
    return None
