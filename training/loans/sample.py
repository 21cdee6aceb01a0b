"""Raw loan records of an ordinary day: most are fine, the others wrong in every ordinary way."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Any

from training.loans.raw import RAW, Record
from training.models.loan_applications import COLUMNS, generate, of_type
from training.whole import replace

ROWS, SEED = 5000, 11
STATUS = ("N", "Y")
DUPLICATES = 0.02
# Chances of what can be wrong with one record.
MISSING, UNTIDY, STRANGE = 0.06, 0.08, 0.03
BLANKS = ("", " ", "NA", "-")
WRONG_NUMBERS = ("unknown", "-1500", "n/a?", "12.5.3", "1e99")
WRONG_TEXTS = ("42", "maybe", "???")


def write(file: Path, rows: int = ROWS, seed: int = SEED) -> int:
    """How many records it has, duplicates and all; the same for the same seed."""
    found = records(rows, seed)
    text = io.StringIO()
    writer = csv.DictWriter(text, RAW, lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    file.parent.mkdir(parents=True, exist_ok=True)
    replace(file, text.getvalue().encode())
    return len(found)


def records(rows: int, seed: int) -> list[Record]:
    chance = random.Random(seed)
    table, approved = generate(rows, seed)
    made: list[Record] = []
    for number, (row, one) in enumerate(zip(table.to_dict("records"), approved, strict=True)):
        record = {"loan_id": f"LP{number:06d}"} | {n: _text(row[n]) for n in COLUMNS}
        made.append(_spoilt(record | {"loan_status": STATUS[one]}, chance))
        if chance.random() < DUPLICATES:
            made.append(dict(chance.choice(made)))
    return made


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) and value < 1e6 else str(value)


def _spoilt(record: Record, chance: random.Random) -> Record:
    if chance.random() < MISSING:
        record[chance.choice((*COLUMNS, "loan_status"))] = chance.choice(BLANKS)
    if chance.random() < UNTIDY:
        name = chance.choice(of_type("string"))
        record[name] = chance.choice((str.upper, str.lower, "  {} ".format))(record[name])
    if chance.random() < UNTIDY:
        name = chance.choice(("applicant_income", "loan_amount"))
        record[name] = f" {record[name]}.00 "
    if chance.random() < STRANGE:
        text = chance.random() < 0.5
        name = chance.choice(of_type("string") if text else ("applicant_income", "loan_term"))
        record[name] = chance.choice(WRONG_TEXTS if text else WRONG_NUMBERS)
    return record
