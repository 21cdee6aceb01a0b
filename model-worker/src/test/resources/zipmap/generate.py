"""Classifiers as skl2onnx converts them by default (ZipMap), with what scikit-learn answers.

Run it with the training environment:
`.venv/bin/python model-worker/src/test/resources/zipmap/generate.py`.

Each NAME.onnx has the outputs `output_label` and `output_probability`, the latter a sequence of
maps from class to probability. NAME.json has 200 rows, the classes in scikit-learn's order and
`predict_proba` of each row.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

SEED = 15
ROWS = 200
FOLDER = Path(__file__).parent
CLASSES = {
    # Java's HashMap yields versicolor, virginica, setosa.
    "text": ["setosa", "versicolor", "virginica"],
    "spaced": ["3, or more", "none", "one or two"],
    "positions": [0, 1, 2],
    "numbers": [3, 42, 100],
    "postcodes": [10115, 20095, 80331],
}


def main() -> None:
    iris = load_iris()
    random = np.random.default_rng(SEED)
    picked = random.integers(0, len(iris.data), ROWS)
    rows = (iris.data[picked] + random.normal(0, 0.2, (ROWS, 4))).round(3).astype(np.float32)
    for name, classes in CLASSES.items():
        model = LogisticRegression(max_iter=1000).fit(iris.data, np.array(classes)[iris.target])
        onnx = to_onnx(
            model,
            initial_types=[("rows", FloatTensorType([None, 4]))],
            target_opset={"": 17, "ai.onnx.ml": 3},
        )
        onnx.ir_version = 9
        (FOLDER / f"{name}.onnx").write_bytes(onnx.SerializeToString())
        answers = {
            "classes": [str(label) for label in model.classes_],
            "rows": [[round(float(value), 3) for value in row] for row in rows],
            "probabilities": model.predict_proba(rows).round(7).tolist(),
        }
        (FOLDER / f"{name}.json").write_text(json.dumps(answers) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
