"""What each champion answers, computed by ONNX Runtime and Pillow: what the worker must match."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import yaml

from training import answers, picture
from training.catalogue import NAMES, RINGS, SAMPLES
from training.champion import CHAMPION
from training.registry import Registry, RegistryError
from training.served import NUMPY_TYPES

# Pictures that a decoder may refuse or fill as it likes have no expected answer.
UNDECODABLE = {"bomb.png", "text.jpg", "truncated.jpg"}

Case = dict[str, Any]


def write(registry: Registry, out: Path) -> None:
    """One file per model, NAME.json: a list of input and expected prediction."""
    out.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        champion = registry.aliased(name, CHAMPION)
        if champion is None:
            raise RegistryError(f"{name} has no {CHAMPION}: run `python -m training publish`")
        with tempfile.TemporaryDirectory() as scratch:
            cases = expected(registry.download(champion, Path(scratch, "model")))
        file = out / f"{name}.json"
        file.write_text(json.dumps(cases, indent=1) + "\n", encoding="utf-8")
        print(f"{file}: {len(cases)} cases, v{champion.number}")


def expected(folder: Path) -> list[Case]:
    model = yaml.safe_load((folder / "MLmodel").read_text(encoding="utf-8"))
    metadata = model["metadata"]
    if "pytorch" in model["flavors"]:
        kept = RINGS / f"reference-{metadata['release']}.json"
        return json.loads(kept.read_text(encoding="utf-8"))
    session = onnxruntime.InferenceSession(
        folder / model["flavors"]["onnx"]["data"], providers=["CPUExecutionProvider"]
    )
    if metadata["task"] == "image-classification":
        return _pictures(session, metadata, answers.labels(metadata, folder))
    columns = json.loads(model["signature"]["inputs"])
    return [
        {"input": row, "expected": row_answer(session, metadata, columns, row)}
        for row in rows(folder, columns)
    ]


def _pictures(session: Any, metadata: dict[str, Any], names: list[str]) -> list[Case]:
    cases = []
    for file in sorted(SAMPLES.iterdir()):
        if file.suffix == ".md" or file.is_dir() or file.name in UNDECODABLE:
            continue
        feed = {session.get_inputs()[0].name: picture.tensor(file.read_bytes(), metadata)}
        scores = session.run(None, feed)[0][0]
        cases.append({"input": file.name, "expected": answers.of_picture(scores, names, metadata)})
    return cases


def rows(folder: Path, columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The model's own example rows, and each with its numbers made smaller and larger."""
    example = json.loads((folder / "input_example.json").read_text(encoding="utf-8"))
    kept = [dict(zip(example["columns"], values, strict=True)) for values in example["data"]]
    return [_scaled(row, columns, factor) for row in kept for factor in (1.0, 0.9, 1.1)]


def _scaled(row: dict[str, Any], columns: list[dict[str, Any]], factor: float) -> dict[str, Any]:
    floating = {column["name"] for column in columns if column["type"] in ("double", "float")}
    return {n: round(v * factor, 4) if n in floating else v for n, v in row.items()}


def row_answer(
    session: Any, metadata: dict[str, Any], columns: list[dict[str, Any]], row: dict[str, Any]
) -> answers.Prediction:
    feed = bind(session.get_inputs(), [column["name"] for column in columns], row)
    if metadata["task"] == "tabular-regression":
        return {"value": float(np.ravel(session.run([metadata["valueOutput"]], feed)[0])[0])}
    scores = session.run([metadata["probabilitiesOutput"]], feed)[0][0]
    return answers.of_row(scores, answers.labels(metadata))


def bind(inputs: list[Any], names: list[str], row: dict[str, Any]) -> dict[str, np.ndarray]:
    """One input takes all columns in the signature's order; several take each its own."""
    if len(inputs) == 1 and len(names) > 1:
        only = inputs[0]
        return {only.name: np.array([[row[n] for n in names]], NUMPY_TYPES[only.type])}
    return {i.name: np.array([[row[i.name]]], NUMPY_TYPES.get(i.type, object)) for i in inputs}
