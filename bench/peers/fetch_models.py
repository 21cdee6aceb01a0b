"""Puts the registry's champions where the peers look for them.

`python fetch_models.py TRACKING_URI FOLDER`
"""

import json
import shutil
import sys
from pathlib import Path

import mlflow
import numpy as np
from mlflow.models import Model, ModelSignature
from mlflow.types import Schema, TensorSpec

NAMES = ("iris", "imagenet")


def for_scoring_server(champion: Path, copy: Path) -> None:
    """The same ONNX file, an engine thread for each of the server's processes.

    With columns, as the champion is signed, MLflow's ONNX flavor fails on a model that has a table
    among its outputs; signed as a tensor it answers.
    """
    shutil.copytree(champion, copy, dirs_exist_ok=True)
    model = Model.load(copy)
    model.signature = ModelSignature(inputs=Schema([TensorSpec(np.dtype(np.float32), (-1, 4))]))
    model.flavors["onnx"]["onnx_session_options"] = {"intra_op_num_threads": 1}
    model.save(copy / "MLmodel")


def main() -> None:
    mlflow.set_tracking_uri(sys.argv[1])
    models = Path(sys.argv[2])
    for name in NAMES:
        folder = models / name
        folder.mkdir(parents=True, exist_ok=True)
        mlflow.artifacts.download_artifacts(f"models:/{name}@champion", dst_path=str(folder))
        onnx = next(folder.rglob("*.onnx"))
        if onnx != folder / "model.onnx":
            shutil.copyfile(onnx, folder / "model.onnx")
    labels = (models / "imagenet" / "extra_files" / "labels.txt").read_text().splitlines()
    (models / "imagenet" / "labels.json").write_text(
        json.dumps([label.strip() for label in labels])
    )
    for_scoring_server(models / "iris", models / "iris-scoring-server")


if __name__ == "__main__":
    main()
