"""The MLmodel of every champion holds what the worker reads from it."""

from __future__ import annotations

import json
from pathlib import Path

import onnx
import pytest
import yaml

from training import answers
from training.catalogue import NAMES
from training.onnx_folder import IR_VERSION
from training.tests.conftest import Champion

PICTURES = {
    "task": str,
    "description": str,
    "width": int,
    "height": int,
    "flag": str,
    "interpolation": str,
    "background": str,
    "applySoftmax": bool,
    "topK": int,
}
CLASSES = {"task": str, "description": str, "probabilitiesOutput": str, "synset": str}
VALUES = {"task": str, "description": str, "valueOutput": str, "target": str}
REQUIRED = {
    "image-classification": PICTURES,
    "tabular-classification": CLASSES,
    "tabular-regression": VALUES,
}
COLUMN_TYPES = {"double", "float", "long", "integer", "string", "boolean"}


@pytest.mark.parametrize("name", NAMES)
def test_the_metadata_is_complete(champions: dict[str, Champion], name: str) -> None:
    metadata = champions[name].metadata
    found = {key: type(metadata.get(key)) for key in REQUIRED[metadata["task"]]}
    assert found == REQUIRED[metadata["task"]]


@pytest.mark.parametrize("name", NAMES)
def test_there_is_a_label_for_every_class(champions: dict[str, Champion], name: str) -> None:
    champion = champions[name]
    if champion.metadata["task"] == "tabular-regression":
        assert "synset" not in champion.metadata
        return
    labels = answers.labels(champion.metadata, champion.folder)
    expected = {"imagenet": 1000, "molecule-rings": 5, "iris": 3, "loan-approval": 2}
    assert len(labels) == expected[name]
    assert all(label.strip() == label != "" for label in labels)


@pytest.mark.parametrize("name", NAMES)
def test_signature_and_example_agree(champions: dict[str, Champion], name: str) -> None:
    champion = champions[name]
    inputs = json.loads(champion.mlmodel["signature"]["inputs"])
    example_name = champion.mlmodel["saved_input_example_info"]["artifact_path"]
    example = json.loads((champion.folder / example_name).read_text(encoding="utf-8"))
    if champion.metadata["task"] == "image-classification":
        (tensor,) = inputs
        shape = [1, 3, champion.metadata["height"], champion.metadata["width"]]
        assert tensor["tensor-spec"] == {"dtype": "float32", "shape": [-1, *shape[1:]]}
        assert [len(example), len(example[0]), len(example[0][0]), len(example[0][0][0])] == shape
    else:
        assert {column["type"] for column in inputs} <= COLUMN_TYPES
        assert [column["name"] for column in inputs] == example["columns"]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "molecule-rings"])
def test_onnx_takes_any_batch_and_names_its_inputs_as_the_signature(
    champions: dict[str, Champion], name: str
) -> None:
    champion = champions[name]
    model = onnx.load(champion.folder / champion.mlmodel["flavors"]["onnx"]["data"])
    assert model.ir_version <= IR_VERSION
    for value in (*model.graph.input, *model.graph.output):
        assert not value.type.tensor_type.shape.dim[0].HasField("dim_value"), value.name
    columns = json.loads(champion.mlmodel["signature"]["inputs"])
    if len(model.graph.input) > 1:
        assert {v.name for v in model.graph.input} == {column["name"] for column in columns}
    outputs = {value.name for value in model.graph.output}
    named = champion.metadata.get("probabilitiesOutput") or champion.metadata.get("valueOutput")
    assert named is None or named in outputs
    # In one order, so that an equal model is an equal file.
    domains = [opset.domain for opset in model.opset_import]
    assert domains == sorted(domains)


@pytest.mark.parametrize("name", NAMES)
def test_a_worker_downloads_no_second_copy_of_the_example(
    champions: dict[str, Champion], name: str
) -> None:
    champion = champions[name]
    assert not list(champion.folder.rglob("serving_input_example.json"))
    assert "serving_input_path" not in champion.mlmodel["saved_input_example_info"]


def test_what_was_measured_on_generated_data_says_so(champions: dict[str, Champion]) -> None:
    for name in ("california-housing", "loan-approval"):
        metadata = champions[name].metadata
        assert metadata["data"] == "generated data"
        assert "generated data" in metadata["description"]
        figures = [key for key, value in metadata.items() if isinstance(value, float)]
        assert figures and all(key.endswith("_on_generated_data") for key in figures)


def test_the_downloaded_folder_is_the_shipped_one(champions: dict[str, Champion]) -> None:
    from training.catalogue import RINGS

    shipped = RINGS / "v2"
    ours, theirs = files(champions["molecule-rings"].folder), files(shipped)
    assert ours.keys() == theirs.keys()
    model = Path("data/model.pth")
    assert ours[model] == theirs[model]
    assert yaml.safe_load(ours[Path("MLmodel")]) == yaml.safe_load(theirs[Path("MLmodel")])


def files(folder: Path) -> dict[Path, bytes]:
    return {f.relative_to(folder): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
