"""A file of raw loan records, all text."""

from __future__ import annotations

import csv
from pathlib import Path

from training.failure import TrainingFailure
from training.models.loan_applications import COLUMNS

RAW = ("loan_id", *COLUMNS, "loan_status")

Record = dict[str, str]


def read(file: Path) -> list[Record]:
    if not file.is_file():
        raise TrainingFailure(f"there is no {file}")
    with file.open(encoding="utf-8", newline="") as text:
        reader = csv.DictReader(text, restval="")
        missing = [name for name in RAW if name not in (reader.fieldnames or [])]
        if missing:
            raise TrainingFailure(f"{file.name} lacks the columns {', '.join(missing)}")
        return [{name: record[name] for name in RAW} for record in reader]
