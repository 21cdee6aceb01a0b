"""Refuses data that nothing should be trained on, and says how the recent rows differ."""

from __future__ import annotations

from typing import Any

import pandas as pd

from training import applications, baseline, drift
from training.applications import TRUTH
from training.failure import TrainingFailure
from training.models.loan_applications import CLASSES, COLUMNS
from training.pipeline import report
from training.pipeline.settings import Settings
from training.pipeline.work import Work

LEAST_ROWS = 100


def profile(work: Work, settings: Settings) -> None:
    work.begin("profile")
    original = applications.read(work.file("original.csv"))
    held_out = applications.read(work.file("original-held-out.csv"))
    recent = applications.read(work.file("recent.csv"))
    validate("the original rows", original)
    validate("the original rows held out", held_out)
    columns = {name: _column(name, kind, original, recent) for name, kind in COLUMNS.items()}
    outcome = {
        "columns": columns,
        "approved": {"original": _approved(original), "recent": _approved(recent)},
        "report": report.write(original, recent, work.file(report.FILE)),
    }
    work.end("profile", outcome)
    print(f"profile: {_summary(columns)}")


def validate(what: str, table: pd.DataFrame) -> None:
    if len(table) < LEAST_ROWS:
        raise TrainingFailure(f"{what} are {len(table)}: {LEAST_ROWS} are the least to train on")
    numbers = table[[name for name, kind in COLUMNS.items() if kind != "string"]]
    strange = [name for name in numbers if not numbers[name].between(0, 1e12).all()]
    if strange:
        raise TrainingFailure(f"{what} have values out of range in {', '.join(strange)}")
    if set(table[TRUTH]) != set(CLASSES):
        raise TrainingFailure(f"{what} are not of both {' and '.join(CLASSES)}")


def _column(name: str, kind: str, original: pd.DataFrame, recent: pd.DataFrame) -> dict[str, Any]:
    describe = baseline.text if kind == "string" else baseline.numeric
    counted = describe(name, original[name])
    if recent.empty:
        return counted
    now = baseline.recount(counted, recent[name])
    return counted | {"recent": now, "psi": drift.psi(counted["counts"], now)}


def _approved(table: pd.DataFrame) -> float | None:
    return None if table.empty else float(applications.approved(table).mean())


def _summary(columns: dict[str, dict[str, Any]]) -> str:
    drifted = {name: column["psi"] for name, column in columns.items() if "psi" in column}
    if not drifted:
        return "nothing recent to compare with"
    most = sorted(drifted.items(), key=lambda each: -each[1])[:3]
    return "most drift: " + ", ".join(f"{name} (PSI {value:.2f})" for name, value in most)
