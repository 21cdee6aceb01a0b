"""The ONNX graphs answer as the scikit-learn models they were made from."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from training import golden
from training.catalogue import RELEASES, Recipe
from training.models import california_housing, iris, loan_approval
from training.served import NUMPY_TYPES

TOLERANCE = 1e-4


def params(name: str) -> dict[str, Any]:
    return next(r.params for r in RELEASES if r.name == name and isinstance(r, Recipe))


def session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )


def test_iris_equals_its_forest() -> None:
    fitted = iris.fit(params("iris"))
    forest, rows = fitted.model, fitted.unseen
    (ours,) = session(iris.convert(forest)).run(
        ["probabilities"], {"rows": rows.to_numpy(np.float32)}
    )
    assert np.abs(ours - forest.predict_proba(rows.to_numpy())).max() < TOLERANCE


def test_california_housing_equals_its_trees() -> None:
    fitted = california_housing.fit(params("california-housing"), None)
    trees, rows = fitted.model, fitted.unseen
    numbers = rows.to_numpy(np.float32)
    (ours,) = session(california_housing.convert(trees)).run(["variable"], {"rows": numbers})
    # The graph sees float32, so the trees are asked with the same rounded numbers.
    assert np.abs(ours[:, 0] - trees.predict(numbers)).max() < TOLERANCE


def test_loan_approval_equals_its_pipeline_text_and_all() -> None:
    fitted = loan_approval.fit(params("loan-approval"))
    pipeline, rows = fitted.model, fitted.unseen
    graph = session(loan_approval.convert(pipeline))
    feed = {
        i.name: rows[[i.name]].to_numpy().astype(NUMPY_TYPES.get(i.type, object))
        for i in graph.get_inputs()
    }
    (ours,) = graph.run(["probabilities"], feed)
    assert np.abs(ours - pipeline.predict_proba(rows)).max() < TOLERANCE


def test_a_word_loan_approval_never_saw_is_no_error() -> None:
    fitted = loan_approval.fit(params("loan-approval"))
    pipeline, rows = fitted.model, fitted.unseen
    graph = session(loan_approval.convert(pipeline))
    row = rows.iloc[0].to_dict() | {"property_area": "Moon"}
    (ours,) = graph.run(["probabilities"], golden.bind(graph.get_inputs(), list(row), row))
    assert ours.sum() == pytest.approx(1, abs=TOLERANCE)


def test_generated_houses_stay_in_the_real_ranges() -> None:
    table = california_housing.generate(2000, seed=1)
    assert table["block_latitude"].between(32.54, 41.95).all()
    assert table["block_longitude"].between(-124.35, -114.31).all()
    assert table["median_house_age_in_block"].between(1, 52).all()
    assert table["median_house_value"].between(0.14999, 5.00001).all()
    assert table.equals(california_housing.generate(2000, seed=1))
