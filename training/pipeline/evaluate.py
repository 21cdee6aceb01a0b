"""Champion and challenger on rows that neither has seen, as a worker would run them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

from training import applications
from training.champion import CHAMPION
from training.failure import TrainingFailure
from training.models.loan_applications import CLASSES, COLUMNS
from training.pipeline.settings import Settings
from training.pipeline.work import Work
from training.registry import Registry
from training.served import ServedModel

SETS = {"recent": "recent-held-out.csv", "original": "original-held-out.csv"}


@dataclass(frozen=True)
class Figures:
    """`roc_auc` is None where all rows are of one class."""

    accuracy: float
    roc_auc: float | None
    log_loss: float


@dataclass(frozen=True)
class Paired:
    """McNemar's exact test on the rows where just one of the two is right."""

    only_champion_right: int
    only_challenger_right: int
    p_value: float


def evaluate(work: Work, settings: Settings) -> None:
    work.begin("evaluate")
    registry = Registry(settings.tracking_uri)
    challenger = ServedModel(work.file("model"))
    version = registry.aliased(settings.model, CHAMPION)
    champion = None
    if version is not None:
        folder = registry.download(version, work.empty_folder("champion"))
        champion = opened(folder, f"{settings.model} v{version.number}")
    compared: dict[str, Any] = {"champion": version.number if version else None}
    for name, file in SETS.items():
        table = applications.read(work.file(file))
        compared[name] = compare(champion, challenger, table)
        print(f"evaluate: {_line(name, compared[name])}")
    work.end("evaluate", compared)


def compare(
    champion: ServedModel | None, challenger: ServedModel, table: pd.DataFrame
) -> dict[str, Any]:
    """Of no rows there is nothing but their number."""
    result: dict[str, Any] = {"rows": len(table)}
    if table.empty:
        return result
    truth = applications.approved(table)
    ours = challenger.probabilities(table[list(COLUMNS)])
    result["challenger"] = asdict(figures(truth, ours))
    if champion is not None:
        theirs = champion.probabilities(table[list(COLUMNS)])
        result["champion"] = asdict(figures(truth, theirs))
        result["paired"] = asdict(paired(_right(truth, theirs), _right(truth, ours)))
    return result


def figures(truth: np.ndarray, probabilities: np.ndarray) -> Figures:
    approval = probabilities[:, 1].astype(float)
    both = len(np.unique(truth)) == 2
    return Figures(
        accuracy=float(accuracy_score(truth, probabilities.argmax(axis=1))),
        roc_auc=float(roc_auc_score(truth, approval)) if both else None,
        log_loss=float(log_loss(truth, approval, labels=[0, 1])),
    )


def paired(champion_right: np.ndarray, challenger_right: np.ndarray) -> Paired:
    only_champion = int((champion_right & ~challenger_right).sum())
    only_challenger = int((challenger_right & ~champion_right).sum())
    apart = only_champion + only_challenger
    p_value = binomtest(only_challenger, apart, 0.5).pvalue if apart else 1.0
    return Paired(only_champion, only_challenger, float(p_value))


def _right(truth: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    return probabilities.argmax(axis=1) == truth


def opened(folder: Path, name: str) -> ServedModel:
    model = ServedModel(folder)
    if model.columns != COLUMNS or model.classes != list(CLASSES):
        raise TrainingFailure(f"{name} is another kind of model: it cannot be compared")
    return model


def _line(name: str, compared: dict[str, Any]) -> str:
    if not compared["rows"]:
        return f"no {name} rows held out"
    ours = compared["challenger"]["accuracy"]
    if "champion" not in compared:
        return f"{compared['rows']} {name} rows: challenger right {ours:.4f}, there is no champion"
    return (
        f"{compared['rows']} {name} rows: champion right {compared['champion']['accuracy']:.4f}, "
        f"challenger {ours:.4f} (McNemar p {compared['paired']['p_value']:.3g})"
    )
