"""MLflow writes every input example twice; the copy for its own server is left out here."""

from __future__ import annotations

from pathlib import Path

from mlflow.models import Model


def drop(folder: Path) -> None:
    """A picture's copy is megabytes that every worker would download for nothing."""
    described = Model.load(folder)
    copy = folder / described.saved_input_example_info.pop("serving_input_path")
    copy.unlink()
    described.model_size_bytes = sum(
        file.stat().st_size
        for file in folder.rglob("*")
        if file.is_file() and file.name != "MLmodel"
    )
    described.save(folder / "MLmodel")
