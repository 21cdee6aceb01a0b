"""The loans' steps from file to file, without a database: the stages of `dvc.yaml`."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path

from mlflow.models import Model
from sklearn.metrics import accuracy_score, roc_auc_score

from training import applications
from training.catalogue import GENERATED, RELEASES, Recipe
from training.loans import clean, raw
from training.models import loan_approval
from training.models.fitted import Fitted
from training.models.loan_applications import COLUMNS
from training.pipeline.evaluate import figures
from training.served import ServedModel
from training.whole import replace_json

BAD = "bad.json"
UNSEEN = ("validation", "test")


def clean_into(out: Path, file: Path) -> clean.Cleaned:
    cleaned = clean.clean(raw.read(file))
    out.mkdir(parents=True, exist_ok=True)
    for part, table in cleaned.parts.items():
        applications.write(out / f"{part}.csv", table)
    replace_json(out / BAD, [asdict(bad) for bad in cleaned.bad])
    return cleaned


def train(data: Path, folder: Path) -> None:
    rows = applications.read(data / "train.csv")
    unseen = applications.read(data / "validation.csv")
    params = next(r.params for r in RELEASES if isinstance(r, Recipe) and r.name == "loan-approval")
    columns = list(COLUMNS)
    model = loan_approval.pipeline(
        rows[columns], applications.approved(rows), params["regularisation"]
    )
    fitted = Fitted(model, rows[columns], unseen[columns], applications.approved(unseen))
    approval = model.predict_proba(fitted.unseen)[:, 1]
    metrics = {
        "accuracy_on_generated_data": float(accuracy_score(fitted.truth, approval > 0.5)),
        "roc_auc_on_generated_data": float(roc_auc_score(fitted.truth, approval)),
    }
    shutil.rmtree(folder, ignore_errors=True)
    loan_approval.save(folder, fitted, GENERATED, metrics)
    _without_birthday(folder)
    print(f"{folder}: {len(rows)} rows")


def evaluate(data: Path, folder: Path, out: Path) -> None:
    model = ServedModel(folder)
    measured = {}
    for part in UNSEEN:
        table = applications.read(data / f"{part}.csv")
        probabilities = model.probabilities(table[list(COLUMNS)])
        of_part = figures(applications.approved(table), probabilities)
        measured[part] = {"rows": len(table)} | asdict(of_part)
        print(f"{part}: {measured[part]}")
    replace_json(out, measured)


def _without_birthday(folder: Path) -> None:
    """Equal data make an equal folder, byte by byte: that is how DVC knows it."""
    described = Model.load(folder)
    described.utc_time_created = "1970-01-01 00:00:00.000000"
    described.model_uuid = None
    described.model_id = None
    described.save(folder / "MLmodel")
