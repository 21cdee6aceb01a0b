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

COLUMNS = {
    "gender": "string",
    "married": "string",
    "dependents": "string",
    "education": "string",
    "self_employed": "string",
    "applicant_income": "double",
    "coapplicant_income": "double",
    "loan_amount": "double",
    "loan_term": "long",
    "credit_history": "long",
    "property_area": "string",
}
TENSORS = {"string": StringTensorType, "double": FloatTensorType, "long": Int64TensorType}
CLASSES = ("rejected", "approved")


def of_type(kind: str) -> list[str]:
    return [name for name, column in COLUMNS.items() if column == kind]


def generate(rows: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Invented applications, and 1 for each that was approved."""
    random = np.random.default_rng(seed)
    married = random.choice(["No", "Yes"], rows, p=(0.35, 0.65))
    income = random.lognormal(8.35, 0.55, rows).round()
    partner = np.where(random.random(rows) < 0.45, 0, random.lognormal(7.6, 0.5, rows).round())
    amount = np.clip((0.024 * (income + partner) + random.normal(20, 35, rows)).round(), 9, 700)
    history = random.choice([0, 1], rows, p=(0.16, 0.84))
    area = random.choice(["Rural", "Semiurban", "Urban"], rows, p=(0.3, 0.38, 0.32))
    education = random.choice(["Graduate", "Not Graduate"], rows, p=(0.78, 0.22))
    applications = pd.DataFrame(
        {
            "gender": random.choice(["Female", "Male"], rows, p=(0.19, 0.81)),
            "married": married,
            "dependents": random.choice(["0", "1", "2", "3+"], rows, p=(0.58, 0.17, 0.17, 0.08)),
            "education": education,
            "self_employed": random.choice(["No", "Yes"], rows, p=(0.86, 0.14)),
            "applicant_income": income,
            "coapplicant_income": partner,
            "loan_amount": amount,
            "loan_term": random.choice([120, 180, 240, 300, 360, 480], rows),
            "credit_history": history,
            "property_area": area,
        }
    ).astype({"applicant_income": float, "coapplicant_income": float, "loan_amount": float})
    score = (
        3.4 * (history - 0.75)
        + 0.5 * (married == "Yes")
        + 0.8 * (area == "Semiurban")
        + 0.4 * (education == "Graduate")
        - 9 * (amount / (income + partner) - 0.026)
        + random.logistic(0, 0.6, rows)
    )
    return applications, (score > 0).astype(int)


def fit(params: dict[str, Any]) -> tuple[Pipeline, pd.DataFrame, np.ndarray]:
    """The fitted pipeline, and the applications and decisions it has not seen."""
    applications, approved = generate(params["rows"], params["seed"])
    train_x, test_x, train_y, test_y = train_test_split(
        applications, approved, test_size=params["test_share"], random_state=params["seed"]
    )
    columns = ColumnTransformer(
        [
            ("text", OneHotEncoder(handle_unknown="ignore"), of_type("string")),
            ("amounts", StandardScaler(), of_type("double")),
            ("counts", StandardScaler(), of_type("long")),
        ]
    )
    classifier = LogisticRegression(C=params["regularisation"], max_iter=500)
    return (
        Pipeline([("columns", columns), ("classifier", classifier)]).fit(train_x, train_y),
        test_x,
        test_y,
    )


def convert(pipeline: Pipeline) -> Any:
    return to_onnx(
        pipeline,
        initial_types=[(name, TENSORS[kind]([None, 1])) for name, kind in COLUMNS.items()],
        options={"zipmap": False},
        target_opset={"": onnx_folder.OPSET, "ai.onnx.ml": onnx_folder.ML_OPSET},
    )


def train(params: dict[str, Any], data: Path | None, folder: Path) -> dict[str, float]:
    pipeline, test_x, test_y = fit(params)
    approval = pipeline.predict_proba(test_x)[:, 1]
    metrics = {
        "accuracy_on_generated_data": float(accuracy_score(test_y, approval > 0.5)),
        "roc_auc_on_generated_data": float(roc_auc_score(test_y, approval)),
    }
    onnx_folder.save(
        folder,
        convert(pipeline),
        ModelSignature(
            inputs=Schema([ColSpec(kind, name) for name, kind in COLUMNS.items()]),
            outputs=Schema([ColSpec("long", "label"), ColSpec("float", "probabilities")]),
        ),
        test_x.head(3).reset_index(drop=True),
        {
            "task": "tabular-classification",
            "description": f"Whether a loan application is approved ({GENERATED}).",
            "probabilitiesOutput": "probabilities",
            "synset": ",".join(CLASSES),
            "data": GENERATED,
            **metrics,
        },
    )
    return metrics
