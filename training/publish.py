"""Train what changed, log it to MLflow, register it, and set the champion."""

from __future__ import annotations

import dataclasses
import importlib
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from training.catalogue import CURRENT, GENERATED, NAMES, RELEASES, Recipe, Release, Shipped
from training.champion import CHAMPION, promote
from training.failure import TrainingFailure
from training.fingerprint import fingerprint
from training.registration import ORIGIN, client_of, register
from training.registry import Registry, Version

FINGERPRINT = "fingerprint"


def selected(names: list[str], housing_data: Path | None) -> list[Release]:
    """The releases of the models named, or of all."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise TrainingFailure(f"no model {', '.join(unknown)}: there are {', '.join(NAMES)}")
    if housing_data and not housing_data.is_file():
        raise TrainingFailure(f"--data {housing_data}: no such file")
    chosen = [release for release in RELEASES if not names or release.name in names]
    return [_with_data(release, housing_data) for release in chosen]


def _with_data(release: Release, file: Path | None) -> Release:
    if file and release.name == "california-housing" and isinstance(release, Recipe):
        return dataclasses.replace(release, data=file, origin=f"file {file.name}")
    return release


def publish(registry: Registry, releases: Iterable[Release]) -> list[Version]:
    """The version that serves each release: an old one where nothing changed."""
    releases = list(releases)
    published = []
    for position, release in enumerate(releases, start=1):
        started = time.monotonic()
        print(f"[{position}/{len(releases)}] {release.release:<19}", end=" ", flush=True)
        try:
            version, outcome = _publish_one(registry, release)
        except BaseException:
            print("failed", flush=True)
            raise
        print(f"{outcome}  {time.monotonic() - started:.1f} s", flush=True)
        published.append(version)
    return published


def _publish_one(registry: Registry, release: Release) -> tuple[Version, str]:
    mark = fingerprint(release)
    versions = registry.versions(release.name)
    champion = next((v for v in versions if CHAMPION in v.aliases), None)
    if champion and _invented_over_real(champion, release):
        return champion, f"v{champion.number} kept: trained on {champion.tags[ORIGIN]}"
    known = next((v for v in reversed(versions) if v.tags.get(FINGERPRINT) == mark), None)
    current = CURRENT[release.name] == release.release
    if known is None:
        version, metrics = _register(registry, release)
        if current:
            promote(registry, version, champion)
        # Last: a publish that was interrupted before this is done again.
        registry.tag(version, FINGERPRINT, mark)
        outcome = f"v{version.number} new{', ' + CHAMPION if current else ''}{_shown(metrics)}"
        return version, outcome
    if champion is None and current:
        promote(registry, known, None)
        return known, f"v{known.number} unchanged, {CHAMPION} set"
    # An alias somebody moved stays where it is: moving it is a deployment.
    now = f"v{champion.number}" if champion else "none"
    return known, f"v{known.number} unchanged, {CHAMPION} is {now}"


def _invented_over_real(champion: Version, release: Release) -> bool:
    trained_on = champion.tags.get(ORIGIN, GENERATED)
    return release.origin == GENERATED and trained_on != GENERATED


def _shown(metrics: dict[str, float]) -> str:
    return "".join(f", {name} {value:.4g}" for name, value in metrics.items())


def _register(registry: Registry, release: Release) -> tuple[Version, dict[str, float]]:
    mlflow = client_of(registry)
    tags = {ORIGIN: release.origin}
    with (
        tempfile.TemporaryDirectory() as scratch,
        mlflow.start_run(run_name=release.release, tags=tags),
    ):
        folder, metrics = _model_folder(release, Path(scratch, "model"), mlflow)
        return register(mlflow, registry, release.name, folder, metrics, tags), metrics


def _model_folder(release: Release, scratch: Path, mlflow: Any) -> tuple[Path, dict[str, float]]:
    match release:
        case Recipe():
            mlflow.log_params(release.params)
            train = importlib.import_module(release.module).train
            return scratch, train(release.params, release.data, scratch)
        case Shipped():
            described = mlflow.models.Model.load(release.folder).metadata
            return release.folder, {"accuracy": described["accuracy"]}
