"""A fitted model with the rows it was fitted on, and those it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Fitted:
    """`truth` is of the unseen rows."""

    model: Any
    seen: pd.DataFrame
    unseen: pd.DataFrame
    truth: Any
