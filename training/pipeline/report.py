"""Evidently's page on how the recent rows differ, where Evidently is installed."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pandas as pd

from training.applications import LABELLED, TRUTH
from training.models.loan_applications import of_type

FILE = "drift-report.html"


def write(original: pd.DataFrame, recent: pd.DataFrame, file: Path) -> bool:
    """False when there is nothing recent, or no Evidently."""
    file.unlink(missing_ok=True)
    if recent.empty or importlib.util.find_spec("evidently") is None:
        return False
    # It would tell its makers of each use.
    os.environ["DO_NOT_TRACK"] = "1"
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset, DataSummaryPreset

    columns = DataDefinition(
        categorical_columns=[*of_type("string"), TRUTH],
        numerical_columns=[*of_type("double"), *of_type("long")],
    )
    names = list(LABELLED)
    reference = Dataset.from_pandas(original[names], data_definition=columns)
    current = Dataset.from_pandas(recent[names], data_definition=columns)
    page = Report([DataDriftPreset(), DataSummaryPreset()]).run(current, reference)
    new = file.with_name(f".{file.name}.new")
    page.save_html(str(new))
    new.replace(file)
    return True
