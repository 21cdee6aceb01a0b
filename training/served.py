"""A tabular model's folder as the worker reads it, run by ONNX Runtime on whole tables."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd
import yaml

from training import answers

NUMPY_TYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64}


class ServedModel:
    def __init__(self, folder: Path) -> None:
        described = yaml.safe_load((folder / "MLmodel").read_text(encoding="utf-8"))
        self._metadata = described["metadata"]
        self._session = onnxruntime.InferenceSession(
            folder / described["flavors"]["onnx"]["data"], providers=["CPUExecutionProvider"]
        )
        inputs = json.loads(described["signature"]["inputs"])
        # The type of each column of the signature, in its order.
        self.columns: dict[str, str] = {column["name"]: column["type"] for column in inputs}
        self.task: str = self._metadata["task"]

    @property
    def classes(self) -> list[str]:
        return answers.labels(self._metadata)

    def probabilities(self, rows: pd.DataFrame) -> np.ndarray:
        """Of a classification, [rows, classes]."""
        return self._run(self._metadata["probabilitiesOutput"], rows)

    def labels(self, rows: pd.DataFrame) -> list[str]:
        classes = self.classes
        return [classes[best] for best in self.probabilities(rows).argmax(axis=1)]

    def values(self, rows: pd.DataFrame) -> np.ndarray:
        """Of a regression, [rows]."""
        return self._run(self._metadata["valueOutput"], rows).ravel()

    def _run(self, output: str, rows: pd.DataFrame) -> np.ndarray:
        return self._session.run([output], self._feed(rows))[0]

    def _feed(self, rows: pd.DataFrame) -> dict[str, np.ndarray]:
        """One input takes all columns in the signature's order; several take each its own."""
        inputs = self._session.get_inputs()
        if len(inputs) == 1 and len(self.columns) > 1:
            only = inputs[0]
            return {only.name: rows[list(self.columns)].to_numpy(NUMPY_TYPES[only.type])}
        return {
            i.name: rows[[i.name]].to_numpy(object).astype(NUMPY_TYPES.get(i.type, object))
            for i in inputs
        }
