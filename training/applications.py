"""Loan applications with their truth, as CSV files that read back as they were written."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd

from training.models.loan_applications import CLASSES, COLUMNS
from training.whole import replace

TRUTH = "truth"
LABELLED = (*COLUMNS, TRUTH)
_TYPES = {"string": str, "double": np.float64, "long": np.int64}
DTYPES = {name: _TYPES[kind] for name, kind in COLUMNS.items()} | dict.fromkeys(
    (TRUTH, "job", "version", "loan_id"), str
)


def labelled(rows: pd.DataFrame, approved: np.ndarray) -> pd.DataFrame:
    """With the label's text as the truth, where there is 1 for each that was approved."""
    return rows.assign(**{TRUTH: [CLASSES[one] for one in approved]})


def approved(table: pd.DataFrame) -> np.ndarray:
    return (table[TRUTH] == CLASSES[1]).to_numpy(int)


def typed(records: list[dict[str, object]], names: tuple[str, ...] = LABELLED) -> pd.DataFrame:
    table = pd.DataFrame(records, columns=list(names))
    return table.astype({name: DTYPES[name] for name in names if name in DTYPES})


def write(file: Path, table: pd.DataFrame) -> None:
    text = io.StringIO()
    table.to_csv(text, index=False, lineterminator="\n")
    replace(file, text.getvalue().encode())


def read(file: Path) -> pd.DataFrame:
    # All as text first: what pandas takes for missing, and how it rounds, depends on its version.
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    return table.astype({name: DTYPES[name] for name in table if name in DTYPES})
