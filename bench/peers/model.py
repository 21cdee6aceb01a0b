"""The two models and how a picture gets to one of them: what every peer does alike."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import numpy as np
import onnxruntime

MODELS = Path(os.environ["BENCH_MODELS"])
THREADS = int(os.environ["BENCH_THREADS"])
DECODER = os.environ.get("BENCH_DECODER", "pillow")
COLUMNS = ("sepal_length", "sepal_width", "petal_length", "petal_width")


def session(name: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        MODELS / name / "model.onnx", options, providers=["CPUExecutionProvider"]
    )


class Rows:
    """The `iris` forest."""

    labels = ("setosa", "versicolor", "virginica")

    def __init__(self) -> None:
        self._session = session("iris")
        self._input = self._session.get_inputs()[0].name

    def predict(self, rows: np.ndarray) -> list[dict]:
        """[n,4] float32 to n answers."""
        labels, probabilities = self._session.run(None, {self._input: rows})
        return [
            {"label": self.labels[label], "score": float(scores[label])}
            for label, scores in zip(labels, probabilities, strict=True)
        ]


class Pictures:
    """The `imagenet` network."""

    def __init__(self) -> None:
        self._session = session("imagenet")
        self._input = self._session.get_inputs()[0].name
        self._labels = json.loads((MODELS / "imagenet" / "labels.json").read_text())

    def predict(self, batch: np.ndarray) -> list[list[dict]]:
        """[n,3,224,224] float32 to the five best labels of each."""
        scores = self._session.run(None, {self._input: batch})[0]
        answers = []
        for row in scores:
            best = np.argpartition(row, -5)[-5:]
            best = best[np.argsort(row[best])[::-1]]
            answers.append([{"label": self._labels[i], "score": float(row[i])} for i in best])
        return answers


def rows_of(records: list[dict]) -> np.ndarray:
    return np.array(
        [[record[column] for column in COLUMNS] for record in records], dtype=np.float32
    )


def prepare(content: bytes) -> np.ndarray:
    """[3,224,224] float32: the short side to 256, the centre, (x - 127) / 128."""
    return _normalized(_pillow(content) if DECODER == "pillow" else _simplejpeg(content))


def _pillow(content: bytes) -> np.ndarray:
    from PIL import Image

    return _cut(Image.open(io.BytesIO(content)).convert("RGB"))


def _simplejpeg(content: bytes) -> np.ndarray:
    """libjpeg-turbo, at a reduced scale where the picture is large enough."""
    import simplejpeg
    from PIL import Image

    return _cut(
        Image.fromarray(simplejpeg.decode_jpeg(content, "RGB", min_height=256, min_width=256))
    )


def _cut(image) -> np.ndarray:
    from PIL import Image

    width, height = image.size
    short = min(width, height)
    image = image.resize((width * 256 // short, height * 256 // short), Image.Resampling.BOX)
    left, top = (image.width - 224) // 2, (image.height - 224) // 2
    return np.asarray(image.crop((left, top, left + 224, top + 224)))


def _normalized(pixels: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(((pixels.astype(np.float32) - 127) / 128).transpose(2, 0, 1))
