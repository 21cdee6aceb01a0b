"""Raw records to typed applications in three parts; what is bad is named with its reason.

Blanks are filled from the training part alone, by its most common text or its median, so that
nothing of what judges a model flows into it. Without a credit history or a decision a record
teaches nothing: it is bad.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import pandas as pd

from training import applications
from training.applications import LABELLED, TRUTH
from training.loans.raw import Record
from training.loans.sample import STATUS
from training.models.loan_applications import CLASSES, COLUMNS, of_type

PARTS = {"train": 0.7, "validation": 0.15, "test": 0.15}
BLANK = {"", "-", "na", "n/a", "null", "none"}
VALUES = {
    "gender": ("Female", "Male"),
    "married": ("No", "Yes"),
    "dependents": ("0", "1", "2", "3+"),
    "education": ("Graduate", "Not Graduate"),
    "self_employed": ("No", "Yes"),
    "property_area": ("Rural", "Semiurban", "Urban"),
}
LARGEST = {"loan_term": 600, "credit_history": 1}
LARGEST_AMOUNT = 10_000_000
NEEDED = ("credit_history", TRUTH)

Row = dict[str, Any]


class BadRecord(Exception):
    """The message says why."""


@dataclass(frozen=True)
class Bad:
    record: int
    loan_id: str
    reason: str


@dataclass
class Cleaned:
    """`parts` have the columns loan_id and LABELLED; `filled` counts blanks by column."""

    read: int = 0
    duplicates: int = 0
    bad: list[Bad] = field(default_factory=list)
    filled: Counter[str] = field(default_factory=Counter)
    parts: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = " + ".join(f"{len(table)} {name}" for name, table in self.parts.items())
        rest = f"{self.duplicates} duplicates + {len(self.bad)} bad"
        return f"{self.read} records = {parts} + {rest}"

    def report(self) -> str:
        lines = [str(self)]
        reasons = Counter(bad.reason for bad in self.bad)
        lines += [f"  {number:6d} bad: {reason}" for reason, number in reasons.most_common()]
        lines += [f"  {number:6d} blanks filled: {name}" for name, number in self.filled.items()]
        return "\n".join(lines)


def clean(records: Iterable[Record]) -> Cleaned:
    """Of records with one loan_id the first good one stands."""
    cleaned = Cleaned()
    good: dict[str, Row] = {}
    for number, record in enumerate(records, start=1):
        cleaned.read += 1
        identifier = (record.get("loan_id") or "").strip()
        if identifier in good:
            cleaned.duplicates += 1
            continue
        try:
            good[identifier] = _row(identifier, record)
        except BadRecord as bad:
            cleaned.bad.append(Bad(number, identifier, str(bad)))
    parts: dict[str, list[Row]] = {name: [] for name in PARTS}
    for row in good.values():
        parts[part_of(row["loan_id"])].append(row)
    _fill(parts, cleaned.filled)
    names = ("loan_id", *LABELLED)
    cleaned.parts = {name: applications.typed(rows, names) for name, rows in parts.items()}
    return cleaned


def part_of(loan_id: str) -> str:
    """By the id alone: a record stays in its part, whatever else is loaded."""
    place = int.from_bytes(hashlib.sha256(loan_id.encode()).digest()[:4]) / 2**32
    end = 0.0
    for name, share in PARTS.items():
        end += share
        if place < end:
            return name
    return name


def _row(identifier: str, record: Record) -> Row:
    if not identifier:
        raise BadRecord("has no loan_id")
    row: Row = {"loan_id": identifier}
    for name, kind in COLUMNS.items():
        text = (record.get(name) or "").strip()
        row[name] = None if text.lower() in BLANK else _value(name, kind, text)
    status = (record.get("loan_status") or "").strip().upper()
    row[TRUTH] = dict(zip(STATUS, CLASSES, strict=True)).get(status)
    missing = [name for name in NEEDED if row[name] is None]
    if missing:
        raise BadRecord(f"has no {' and no '.join(missing)}")
    return row


def _value(name: str, kind: str, text: str) -> Any:
    if kind == "string":
        known = {value.lower(): value for value in VALUES[name]}
        if text.lower() not in known:
            raise BadRecord(f"{name} is not of {', '.join(VALUES[name])}")
        return known[text.lower()]
    try:
        number = float(text)
    except ValueError:
        raise BadRecord(f"{name} is not a number") from None
    most = LARGEST.get(name, LARGEST_AMOUNT)
    if not (math.isfinite(number) and 0 <= number <= most):
        raise BadRecord(f"{name} is not between 0 and {most}")
    if kind == "long" and number != int(number):
        raise BadRecord(f"{name} is not a whole number")
    return int(number) if kind == "long" else number


def _fill(parts: dict[str, list[Row]], filled: Counter[str]) -> None:
    texts = set(of_type("string"))
    for name in COLUMNS:
        blank = [row for rows in parts.values() for row in rows if row[name] is None]
        known = [row[name] for row in parts["train"] if row[name] is not None]
        if not blank or not known:
            continue
        # Sorted first, so that of two equally common texts always the same is taken.
        usual = Counter(sorted(known)).most_common(1)[0][0] if name in texts else median(known)
        for row in blank:
            row[name] = int(usual) if COLUMNS[name] == "long" else usual
            filled[name] += 1
