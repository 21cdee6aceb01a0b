"""`loan-approval`: text and number columns, encoders and classifier in one ONNX graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from training import onnx_folder
from training.catalogue import GENERATED
from training.models.fitted import Fitted
from training.models.loan_applications import CLASSES, COLUMNS, generate, of_type

TENSORS = {"string": StringTensorType, "double": FloatTensorType, "long": Int64TensorType}


def split(params: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray, np.ndarray]:
    """Generated rows to train on and to judge by, then the truth of each."""
    applications, approved = generate(params["rows"], params["seed"])
    return train_test_split(
        applications, approved, test_size=params["test_share"], random_state=params["seed"]
    )


def fit(params: dict[str, Any]) -> Fitted:
    seen, unseen, truth, unseen_truth = split(params)
    return Fitted(pipeline(seen, truth, params["regularisation"]), seen, unseen, unseen_truth)


def pipeline(
    rows: pd.DataFrame, truth: Any, regularisation: float, weights: Any = None
) -> Pipeline:
    columns = ColumnTransformer(
        [
            ("text", OneHotEncoder(handle_unknown="ignore"), of_type("string")),
            ("amounts", StandardScaler(), of_type("double")),
            ("counts", StandardScaler(), of_type("long")),
        ]
    )
    classifier = LogisticRegression(C=regularisation, max_iter=500)
    steps = Pipeline([("columns", columns), ("classifier", classifier)])
    return steps.fit(rows, truth, classifier__sample_weight=weights)


def convert(fitted: Pipeline) -> Any:
    return to_onnx(
        fitted,
        initial_types=[(name, TENSORS[kind]([None, 1])) for name, kind in COLUMNS.items()],
        options={"zipmap": False},
        target_opset={"": onnx_folder.OPSET, "ai.onnx.ml": onnx_folder.ML_OPSET},
    )


def save(folder: Path, fitted: Fitted, origin: str, metrics: dict[str, float]) -> None:
    """The model's folder as a worker loads it; `origin` says what it was trained on."""
    onnx_folder.save(
        folder,
        convert(fitted.model),
        ModelSignature(
            inputs=Schema([ColSpec(kind, name) for name, kind in COLUMNS.items()]),
            outputs=Schema([ColSpec("long", "label"), ColSpec("float", "probabilities")]),
        ),
        fitted.unseen.head(3).reset_index(drop=True),
        {
            "task": "tabular-classification",
            "description": f"Whether a loan application is approved ({origin}).",
            "probabilitiesOutput": "probabilities",
            "synset": ",".join(CLASSES),
            "data": origin,
            **metrics,
        },
        trained_on=fitted.seen,
    )


def train(params: dict[str, Any], data: Path | None, folder: Path) -> dict[str, float]:
    fitted = fit(params)
    approval = fitted.model.predict_proba(fitted.unseen)[:, 1]
    metrics = {
        "accuracy_on_generated_data": float(accuracy_score(fitted.truth, approval > 0.5)),
        "roc_auc_on_generated_data": float(roc_auc_score(fitted.truth, approval)),
    }
    save(folder, fitted, GENERATED, metrics)
    return metrics
