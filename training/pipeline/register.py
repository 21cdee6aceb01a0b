"""Registers the challenger with its comparison, and promotes it where the policy says so."""

from __future__ import annotations

import json
from typing import Any

from training import registration
from training.champion import CHAMPION, promote
from training.fingerprint import file_digest
from training.pipeline import promotion, report
from training.pipeline.promotion import Decision
from training.pipeline.settings import Settings
from training.pipeline.work import Work
from training.registry import Registry, Version

CHALLENGER = "challenger"
RETRAINING, VERDICT, REASON = "retraining", "verdict", "reason"
INTERRUPTED = "interrupted"


def register(work: Work, settings: Settings) -> None:
    """The alias champion moves last, once all that belongs to the version is there."""
    work.begin("register")
    compared = work.outcome("evaluate")
    print("register: logging the challenger", flush=True)
    registry = Registry(settings.tracking_uri)
    mlflow = registration.client_of(registry)
    _close_interrupted(mlflow, registry, settings.model, work.identity)
    tags = _tags(work, compared)
    with mlflow.start_run(run_name=f"{settings.model} retrained", tags=tags):
        _log(mlflow, work, settings)
        metrics = _metrics(compared)
        folder = work.file("model")
        version = registration.register(mlflow, registry, settings.model, folder, metrics, tags)
        registry.set_alias(settings.model, CHALLENGER, version.number)
        print(f"register: {settings.model} v{version.number} is the {CHALLENGER}", flush=True)
        decision = _settle(registry, version, compared, settings)
        mlflow.set_tags({VERDICT: _verdict(decision), REASON: decision.reason})
    outcome = {
        "model": settings.model,
        "verdict": _verdict(decision),
        "reason": decision.reason,
        "version": version.number,
        "champion": version.number if decision.promote else compared["champion"],
        "previous": compared["champion"],
        "data": work.outcome("prepare")["digest"],
        "digest": file_digest(folder / "model.onnx"),
        "compared": {name: compared[name] for name in ("recent", "original")},
    }
    work.end("register", outcome)
    print(f"register: v{version.number} {outcome['verdict']}: {decision.reason}")


def _settle(
    registry: Registry, version: Version, compared: dict[str, Any], settings: Settings
) -> Decision:
    decision = promotion.decide(compared, settings.policy)
    champion = registry.aliased(settings.model, CHAMPION)
    now = champion.number if champion else None
    if decision.promote and now != compared["champion"]:
        decision = Decision(False, f"the champion became v{now} while this was trained")
    registry.tag(version, REASON, decision.reason)
    if decision.promote:
        promote(registry, version, champion)
    registry.tag(version, VERDICT, _verdict(decision))
    return decision


def _verdict(decision: Decision) -> str:
    return "promoted" if decision.promote else "kept"


def _close_interrupted(mlflow: Any, registry: Registry, name: str, identity: str) -> None:
    """Says of what a killed run left that nobody works on it: the folder's lock is ours."""
    for version in registry.versions(name):
        if version.tags.get(RETRAINING) == identity and VERDICT not in version.tags:
            # The one case in which it matters: the alias had moved before the end came.
            done = CHAMPION in version.aliases
            registry.tag(version, VERDICT, "promoted" if done else INTERRUPTED)
    client = mlflow.MlflowClient()
    experiment = mlflow.get_experiment_by_name(registration.EXPERIMENT)
    left = f"tags.{RETRAINING} = '{identity}' and attributes.status = 'RUNNING'"
    for run in client.search_runs([experiment.experiment_id], left):
        client.set_terminated(run.info.run_id, "KILLED")


def _tags(work: Work, compared: dict[str, Any]) -> dict[str, str]:
    prepared = work.outcome("prepare")
    tags = {
        registration.ORIGIN: work.outcome("train")["origin"],
        "data-sha256": prepared["digest"],
        RETRAINING: work.identity,
        "compared-with": str(compared["champion"] or "nothing"),
        "comparison": json.dumps({name: compared[name] for name in ("recent", "original")}),
    }
    if prepared["poisoned"]:
        tags["poisoned"] = f"{prepared['poisoned']} labels flipped, for a demonstration"
    return tags


def _metrics(compared: dict[str, Any]) -> dict[str, float]:
    """Such as recent_challenger_accuracy."""
    return {
        f"{rows}_{who}_{figure}": value
        for rows in ("recent", "original")
        for who in ("champion", "challenger")
        for figure, value in compared[rows].get(who, {}).items()
        if value is not None
    }


def _log(mlflow: Any, work: Work, settings: Settings) -> None:
    pulled, prepared = work.outcome("pull"), work.outcome("prepare")
    mlflow.log_params(
        {
            "window": str(settings.window),
            "original_rows": pulled["original"],
            "recent_rows": prepared["recent"],
            "recent_rows_held_out": prepared["recent_held_out"],
            "poison": settings.poison,
        }
    )
    for name in ("profile.json", "evaluate.json", report.FILE):
        if work.file(name).is_file():
            mlflow.log_artifact(str(work.file(name)))
