"""The retraining under Prefect and Airflow, where they are installed, and what needs neither."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from training.__main__ import parser
from training.catalogue import PACKAGE
from training.pipeline.work import STAGES
from training.registry import Registry

DAGS = PACKAGE / "airflow/sluice_dags.py"


def test_every_command_of_the_dags_exists() -> None:
    tree = ast.parse(DAGS.read_text(encoding="utf-8"))
    (stages,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "STAGES"
    )
    assert stages == STAGES
    options = ["--window", "1h", "--promote", "never", "--work", "w"]
    for stage in stages:
        parser().parse_args(["pipeline", stage, *options])
    parser().parse_args(["retrain", *options])
    for step in re.findall(r'"loans (\w+)"', DAGS.read_text(encoding="utf-8")):
        parser().parse_args(["loans", step])


def by_hand(registry: Registry, home: Path, environment: Mapping[str, str]) -> tuple[str, Any]:
    """What the plain command makes of the same."""
    work = home / "by-hand"
    command = [sys.executable, "-m", "training", "retrain", "--tracking-uri", registry.uri]
    command += ["--model", f"hand-{os.getpid()}", "--work", str(work)]
    subprocess.run(command, env=dict(environment), check=True)
    return data_and_metrics(work)


def data_and_metrics(work: Path) -> tuple[str, Any]:
    prepared = json.loads((work / "prepare.json").read_text(encoding="utf-8"))
    trained = json.loads((work / "train.json").read_text(encoding="utf-8"))
    return prepared["digest"], trained["metrics"]


@pytest.mark.skipif(importlib.util.find_spec("prefect") is None, reason="Prefect is not installed")
def test_the_flow_of_prefect_is_a_retraining(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    from training.prefect_flow import retraining

    options = ["--tracking-uri", registry.uri, "--model", f"flow-{os.getpid()}"]
    verdict = retraining(options=[*options, "--work", str(tmp_path / "work")])
    assert '"verdict": "promoted"' in verdict
    assert data_and_metrics(tmp_path / "work") == by_hand(registry, tmp_path, os.environ)


@pytest.mark.skipif("SLUICE_AIRFLOW" not in os.environ, reason="SLUICE_AIRFLOW names no airflow")
@pytest.mark.parametrize("dag", ["sluice_retraining", "sluice_loans"])
def test_airflow_runs_the_dags(registry: Registry, database: str, tmp_path: Path, dag: str) -> None:
    environment = os.environ | {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS.parent),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "SLUICE_DATABASE": database,
        "SLUICE_MLFLOW": registry.uri,
        "SLUICE_TRAINING_PYTHON": sys.executable,
        "SLUICE_RETRAINING_WORK": str(tmp_path / "work"),
    }
    airflow = os.environ["SLUICE_AIRFLOW"]
    subprocess.run([airflow, "db", "migrate"], env=environment, check=True)
    subprocess.run([airflow, "dags", "test", dag], env=environment, check=True)
    assert (tmp_path / "work/register.json").is_file()
    assert data_and_metrics(tmp_path / "work") == by_hand(registry, tmp_path, environment)
