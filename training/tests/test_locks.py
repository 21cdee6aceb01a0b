"""The lock files pin everything, from any index, and keep torch out of the main environment."""

from __future__ import annotations

import re
from importlib.metadata import version

import pytest

from training.catalogue import PACKAGE

PIN = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.+!]+)(; sys_platform == 'linux')?")


def pins(lock: str) -> dict[str, str]:
    lines = (PACKAGE / lock).read_text(encoding="utf-8").splitlines()
    found = {}
    for line in lines:
        if not line.startswith("#"):
            pin = PIN.fullmatch(line)
            assert pin, f"{lock}: '{line}' is no exact pin"
            found[pin[1].lower()] = pin[2]
    return found


SYSTEM_TESTS = "../infra/system-tests/requirements.lock"
BENCH = "../bench/peers/requirements.lock"


PIPELINE = "requirements-pipeline.lock"
AIRFLOW = "airflow/requirements.lock"


@pytest.mark.parametrize(
    "lock",
    ["requirements.lock", "requirements-torch.lock", PIPELINE, AIRFLOW, SYSTEM_TESTS, BENCH],
)
def test_every_line_is_an_exact_pin(lock: str) -> None:
    assert len(pins(lock)) > 20


def test_the_main_environment_has_no_torch() -> None:
    assert not [name for name in pins("requirements.lock") if "torch" in name.split("-")]


def test_the_main_environment_has_no_orchestrator() -> None:
    assert not {"prefect", "evidently", "dvc", "apache-airflow"} & pins("requirements.lock").keys()


def test_the_models_are_made_with_the_versions_pinned() -> None:
    pinned = pins("requirements.lock")
    for name in ("mlflow", "scikit-learn", "skl2onnx", "onnx", "onnxruntime", "tinygrad"):
        assert version(name) == pinned[name]
