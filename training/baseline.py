"""What a model was trained on, as counts in fixed bins: what drift is measured against.

A numeric bin `i` holds `edges[i-1] < x <= edges[i]`; the first is open below, the last above. The
last count of a category is any value that is not listed. What is missing, or no finite number, is
in no bin: `rows` less the counts says how much that is. Booleans are the numbers 0 and 1.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from training.served import ServedModel

FILE = "baseline.json"
BINS = 10
# A text column with more values than this is no category: the rest are counted together.
MOST_VALUES = 50

Counted = dict[str, Any]


def write(folder: Path, rows: pd.DataFrame) -> None:
    """Beside the MLmodel: of the rows the model was trained on, and of what it answers for them."""
    model = ServedModel(folder)
    described = {
        "rows": len(rows),
        "features": [
            text(name, rows[name]) if kind == "string" else numeric(name, rows[name])
            for name, kind in model.columns.items()
        ],
        "output": _output(model, rows),
    }
    (folder / FILE).write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


def read(folder: Path) -> dict[str, Any]:
    return json.loads((folder / FILE).read_text(encoding="utf-8"))


def numeric(name: str, values: Any) -> Counted:
    known = _finite(values)
    deciles = np.arange(1, BINS) / BINS
    edges = np.unique(np.quantile(known, deciles)) if known.size else np.array([])
    return _numeric(name, known, edges)


def text(name: str, values: Any) -> Counted:
    counts = pd.Series(values).dropna().value_counts()
    most = sorted(counts.index[:MOST_VALUES])
    return _categorical(name, values, most)


def recount(feature: Counted, values: Any) -> list[int]:
    """Other values in the bins of a feature."""
    if feature["kind"] == "numeric":
        edges = np.array(feature["edges"])
        return _numeric(feature["name"], _finite(values), edges)["counts"]
    return _categorical(feature["name"], values, feature["values"])["counts"]


def _output(model: ServedModel, rows: pd.DataFrame) -> Counted:
    if model.task == "tabular-regression":
        return numeric("value", model.values(rows))
    return _categorical("label", model.labels(rows), model.classes)


def _numeric(name: str, known: np.ndarray, edges: np.ndarray) -> Counted:
    counts = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1)
    return {"name": name, "kind": "numeric", "edges": edges.tolist(), "counts": counts.tolist()}


def _categorical(name: str, values: Any, known: list[str]) -> Counted:
    counts = pd.Series(values).dropna().value_counts()
    listed = [int(counts.get(value, 0)) for value in known]
    other = int(counts.sum()) - sum(listed)
    return {"name": name, "kind": "categorical", "values": known, "counts": [*listed, other]}


def _finite(values: Any) -> np.ndarray:
    numbers = np.asarray(values, np.float64)
    return numbers[np.isfinite(numbers)]
