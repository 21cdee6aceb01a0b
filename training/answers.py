"""A model's outputs as the predictions a client sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

Prediction = dict[str, Any]


def softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits.astype(np.float64) - logits.max())
    return shifted / shifted.sum()


def labels(metadata: dict[str, Any], folder: Path | None = None) -> list[str]:
    """From `synset`, or from the file `synsetFileName` in the model's folder."""
    if "synset" in metadata:
        return metadata["synset"].split(",")
    if folder is None:
        raise ValueError("labels in a file need the model's folder")
    return (folder / metadata["synsetFileName"]).read_text(encoding="utf-8").splitlines()


def of_picture(scores: np.ndarray, names: list[str], metadata: dict[str, Any]) -> Prediction:
    """`scores` is one picture's output, [classes]."""
    values = softmax(scores) if metadata["applySoftmax"] else scores
    order = np.argsort(-values, kind="stable")[: metadata["topK"]]
    top = [{"label": names[i], "probability": float(values[i])} for i in order]
    return {**top[0], "top": top}


def of_row(probabilities: np.ndarray, names: list[str]) -> Prediction:
    """`probabilities` is one row's, [classes]."""
    best = int(probabilities.argmax())
    return {
        "label": names[best],
        "probability": float(probabilities[best]),
        "probabilities": {n: float(p) for n, p in zip(names, probabilities, strict=True)},
    }
