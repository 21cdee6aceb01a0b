"""Puts the registry's champions where the peers look for them.

`python fetch_models.py TRACKING_URI FOLDER`
"""

import json
import shutil
import sys
from pathlib import Path

import mlflow

NAMES = ("iris", "imagenet")


def main() -> None:
    mlflow.set_tracking_uri(sys.argv[1])
    for name in NAMES:
        folder = Path(sys.argv[2]) / name
        folder.mkdir(parents=True, exist_ok=True)
        mlflow.artifacts.download_artifacts(f"models:/{name}@champion", dst_path=str(folder))
        onnx = next(folder.rglob("*.onnx"))
        if onnx != folder / "model.onnx":
            shutil.copyfile(onnx, folder / "model.onnx")
    imagenet = Path(sys.argv[2]) / "imagenet"
    labels = (imagenet / "extra_files" / "labels.txt").read_text().splitlines()
    (imagenet / "labels.json").write_text(json.dumps([label.strip() for label in labels]))


if __name__ == "__main__":
    main()
