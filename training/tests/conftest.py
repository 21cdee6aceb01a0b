"""A real MLflow server for the session, and everything published to it once."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from training.catalogue import NAMES, RELEASES
from training.champion import CHAMPION
from training.publish import publish
from training.registry import Registry, Version
from training.tests import ports, postgres

START_SECONDS = 120


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with mlflow_server(tmp_path_factory.mktemp("mlflow")) as uri:
        yield Registry(uri)


@contextmanager
def mlflow_server(
    home: Path, *options: str, environment: dict[str, str] | None = None
) -> Iterator[str]:
    """A server of its own; the address."""
    uri = f"http://127.0.0.1:{ports.take()}"
    command = [sys.executable, "-m", "mlflow", "server", "--serve-artifacts", "--workers", "1"]
    command += ["--host", "127.0.0.1", "--port", uri.rpartition(":")[2]]
    command += ["--backend-store-uri", f"sqlite:///{home}/mlflow.db"]
    command += ["--artifacts-destination", str(home / "artifacts"), *options]
    log = home / "server.log"
    # Without its job runner: ten further processes, which nothing here needs.
    settings = {
        **os.environ,
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        **(environment or {}),
    }
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=home, env=settings, stdout=output, stderr=output) as server,
    ):
        try:
            await_health(uri, server, log)
            yield uri
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgres.server(tmp_path_factory.mktemp("postgres"), ports.take()) as address:
        yield address


@pytest.fixture
def database(postgres_server: str) -> str:
    """An empty database with the monitor's tables."""
    return postgres.database(postgres_server, f"test_{secrets.token_hex(4)}")


def await_health(uri: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{uri}/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            try:
                server.wait(timeout=0.3)
            except subprocess.TimeoutExpired:
                continue
            break
    pytest.fail(f"the MLflow server did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def published(registry: Registry) -> list[Version]:
    return publish(registry, RELEASES)


class Champion:
    """A champion as a worker finds it: its version, its folder, its MLmodel."""

    def __init__(self, registry: Registry, name: str, into: Path) -> None:
        version = registry.aliased(name, CHAMPION)
        assert version is not None, f"{name} has no champion"
        self.version = version
        self.folder = registry.download(version, into)
        self.mlmodel = yaml.safe_load((self.folder / "MLmodel").read_text(encoding="utf-8"))
        self.metadata = self.mlmodel["metadata"]


@pytest.fixture(scope="session")
def champions(
    registry: Registry, published: list[Version], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Champion]:
    home = tmp_path_factory.mktemp("champions")
    return {name: Champion(registry, name, home / name) for name in NAMES}
