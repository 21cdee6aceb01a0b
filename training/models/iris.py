"""`iris`: a random forest on Fisher's flowers."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import mlflow
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

from training import onnx_folder
from training.models.fitted import Fitted

COLUMNS = ("sepal_length", "sepal_width", "petal_length", "petal_width")


def fit(params: dict[str, Any]) -> Fitted:
    flowers = load_iris(as_frame=True)
    rows = flowers.data.set_axis(COLUMNS, axis="columns")
    train_x, test_x, train_y, test_y = train_test_split(
        rows,
        flowers.target,
        test_size=params["test_share"],
        stratify=flowers.target,
        random_state=params["seed"],
    )
    forest = RandomForestClassifier(
        n_estimators=params["n_estimators"],
        max_depth=params["max_depth"],
        random_state=params["seed"],
    )
    return Fitted(forest.fit(train_x.to_numpy(), train_y), train_x, test_x, test_y)


def convert(forest: RandomForestClassifier) -> Any:
    return to_onnx(
        forest,
        initial_types=[("rows", FloatTensorType([None, len(COLUMNS)]))],
        options={"zipmap": False},
        target_opset={"": onnx_folder.OPSET, "ai.onnx.ml": onnx_folder.ML_OPSET},
    )


def train(params: dict[str, Any], data: Path | None, folder: Path) -> dict[str, float]:
    # The registered model is the ONNX one; a pickled forest beside it would serve nobody.
    mlflow.sklearn.autolog(log_models=False, log_datasets=False, silent=True)
    try:
        with warnings.catch_warnings():
            # MLflow calls scikit-learn's log_loss by an old argument name.
            warnings.simplefilter("ignore", FutureWarning)
            fitted = fit(params)
    finally:
        mlflow.sklearn.autolog(disable=True)
    accuracy = float(accuracy_score(fitted.truth, fitted.model.predict(fitted.unseen.to_numpy())))
    onnx_folder.save(
        folder,
        convert(fitted.model),
        ModelSignature(
            inputs=Schema([ColSpec("double", name) for name in COLUMNS]),
            outputs=Schema([ColSpec("long", "label"), ColSpec("float", "probabilities")]),
        ),
        fitted.unseen.head(3).reset_index(drop=True),
        {
            "task": "tabular-classification",
            "description": "Which of three irises a flower is, from the size of its leaves.",
            "probabilitiesOutput": "probabilities",
            "synset": ",".join(load_iris().target_names),
            "accuracy": accuracy,
        },
        trained_on=fitted.seen,
    )
    return {"accuracy": accuracy}
