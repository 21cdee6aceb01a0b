"""A model folder as a new version in MLflow, in a run that says how it came about."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from training.registry import Registry, Version

EXPERIMENT = "sluice-training"
ORIGIN = "data"


def client_of(registry: Registry) -> Any:
    """The module mlflow, set to this server; imported only when needed: it takes seconds."""
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    registry.server.hand_to_mlflow()
    import mlflow

    # One line per model is the progress shown; MLflow's own is for its developers.
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    mlflow.set_tracking_uri(registry.uri)
    mlflow.set_registry_uri(registry.uri)
    mlflow.set_experiment(EXPERIMENT)
    return mlflow


def register(
    mlflow: Any,
    registry: Registry,
    name: str,
    folder: Path,
    metrics: dict[str, float],
    tags: dict[str, str],
) -> Version:
    """Within an active run, to which model and version then belong."""
    run = mlflow.active_run().info
    described = mlflow.models.Model.load(folder).metadata
    client = mlflow.MlflowClient()
    logged = client.create_logged_model(
        run.experiment_id, name=name, source_run_id=run.run_id, tags=tags
    )
    client.log_model_artifacts(logged.model_id, str(folder))
    client.finalize_logged_model(logged.model_id, "READY")
    mlflow.log_metrics(metrics, model_id=logged.model_id)
    registry.describe(name, described["description"])
    created = client.create_model_version(
        name,
        source=f"models:/{logged.model_id}",
        run_id=run.run_id,
        tags=tags,
        description=described["description"],
        model_id=logged.model_id,
    )
    return Version(name, int(created.version), tags)
