"""An ONNX model as an MLflow model folder: signature, input example, metadata, labels, baseline."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import mlflow.onnx
import onnx
import pandas as pd
from mlflow.models import ModelSignature

from training import baseline, serving_example

# The worker's ONNX Runtime (1.21) reads no newer form than these.
OPSET = 17
ML_OPSET = 3
IR_VERSION = 9


def save(
    folder: Path,
    model: onnx.ModelProto,
    signature: ModelSignature,
    input_example: Any,
    metadata: dict[str, Any],
    extra_files: list[Path] | None = None,
    trained_on: pd.DataFrame | None = None,
) -> None:
    """Extra files lie in the folder's `extra_files/`; the rows trained on make a baseline."""
    model.ir_version = IR_VERSION
    # The converter takes them from a set: in one order, an equal model is an equal file.
    opsets = sorted(model.opset_import, key=lambda opset: opset.domain)
    del model.opset_import[:]
    model.opset_import.extend(opsets)
    onnx.checker.check_model(model, full_check=True)
    mlflow.onnx.save_model(
        model,
        folder,
        signature=signature,
        input_example=input_example,
        metadata=metadata,
        extra_files=[str(file) for file in extra_files or []],
        onnx_execution_providers=["CPUExecutionProvider"],
        save_as_external_data=False,
        # Given, because MLflow would otherwise load the model in a second process to find out.
        pip_requirements=[f"{name}=={version(name)}" for name in ("onnx", "onnxruntime")],
    )
    if trained_on is not None:
        baseline.write(folder, trained_on)
    serving_example.drop(folder)
