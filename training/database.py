"""Postgres, which stores predictions and loans."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from training.address import checked
from training.failure import TrainingFailure

if TYPE_CHECKING:
    import psycopg

VARIABLE = "SLUICE_DATABASE"
EXAMPLE = "postgresql://user:password@127.0.0.1:5432/sluice"
CONNECT_SECONDS = 10


def default_address() -> str | None:
    return os.environ.get(VARIABLE) or None


@contextmanager
def transaction(address: str | None) -> Iterator[psycopg.Connection]:
    """Committed when the block ends, undone when it fails."""
    # Imported here: most commands need no database.
    import psycopg

    if address is None:
        raise TrainingFailure(f"--database is missing: give it, or {VARIABLE}, such as {EXAMPLE}")
    checked("--database", address, ("postgresql", "postgres"), EXAMPLE)
    try:
        with psycopg.connect(address, connect_timeout=CONNECT_SECONDS) as connection:
            yield connection
    except psycopg.Error as failure:
        raise TrainingFailure(f"Postgres: {str(failure).strip()}") from failure


def has_table(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute("select to_regclass(%s)", (name,)).fetchone()
    return found is not None and found[0] is not None
