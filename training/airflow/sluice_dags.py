"""Two DAGs for Airflow: a retraining, and the loans from raw records to a model.

The tasks are the commands of `python -m training`, run by $SLUICE_TRAINING_PYTHON in the project's
root; SLUICE_DATABASE and SLUICE_MLFLOW reach them through the environment.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Param

PROJECT = Path(__file__).resolve().parents[2]
PYTHON = os.environ.get("SLUICE_TRAINING_PYTHON", sys.executable)
STAGES = ("pull", "profile", "prepare", "train", "evaluate", "register")
SHARED = {
    "start_date": datetime(2026, 1, 1),
    "catchup": False,
    # Two would wait for each other's work folder.
    "max_active_runs": 1,
    "tags": ["sluice"],
    "params": {
        "window": Param("24h", type="string", pattern=r"^\d+[smhd]$"),
        "promote": Param("auto", enum=["auto", "manual", "never"]),
    },
}
OPTIONS = '--window "$WINDOW" --promote "$PROMOTE" --work "$WORK"'


def training(name: str, arguments: str) -> BashOperator:
    """Values reach the shell as variables only: nothing in them is a command."""
    return BashOperator(
        task_id=name,
        bash_command=f'exec "$TRAINING_PYTHON" -m training {arguments}',
        cwd=str(PROJECT),
        env={
            "TRAINING_PYTHON": PYTHON,
            "WINDOW": "{{ params.window }}",
            "PROMOTE": "{{ params.promote }}",
            "WORK": os.environ.get("SLUICE_RETRAINING_WORK", str(PROJECT / ".sluice/retraining")),
        },
        append_env=True,
        retries=1,
        retry_delay=timedelta(seconds=30),
    )


with DAG("sluice_retraining", schedule=timedelta(days=1), **SHARED) as retraining:
    before = None
    for stage in STAGES:
        task = training(stage, f"pipeline {stage} {OPTIONS}")
        if before is not None:
            before >> task
        before = task

with DAG("sluice_loans", schedule=None, **SHARED) as loans:
    load = training("load", "loans load")
    preprocess = training("preprocess", "loans preprocess")
    retrain = training("train", f"retrain {OPTIONS}")
    load >> preprocess >> retrain
