"""The loans' two schemas in Postgres: each command replaces its own in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from training import database
from training.applications import LABELLED
from training.failure import TrainingFailure
from training.loans.clean import Cleaned, clean
from training.loans.raw import RAW, read

if TYPE_CHECKING:
    import psycopg

TABLES = Path(__file__).with_name("tables.sql")
# Of two commands at once the second waits: any number that nothing else here takes.
LOCK = 7_301_001


def load(address: str | None, file: Path) -> int:
    """Puts the file's records in the place of those that are there; how many."""
    records = read(file)
    with database.transaction(address) as connection:
        _begin(connection)
        connection.execute("delete from loans_raw.application")
        rows = [(n, *(record[name] for name in RAW)) for n, record in enumerate(records, start=1)]
        _copy(connection, "loans_raw.application", ("record", *RAW), rows)
    return len(records)


def preprocess(address: str | None) -> Cleaned:
    """Readers see the tables before or after, never between."""
    with database.transaction(address) as connection:
        _begin(connection)
        names = ", ".join(RAW)
        query = f"select {names} from loans_raw.application order by record"
        raw = [dict(zip(RAW, row, strict=True)) for row in connection.execute(query)]
        if not raw:
            raise TrainingFailure("loans_raw is empty: `python -m training loans load` fills it")
        cleaned = clean(raw)
        columns = ("loan_id", *LABELLED)
        for part, table in cleaned.parts.items():
            connection.execute(f"delete from loans_clean.{part}")
            rows = table[list(columns)].to_dict("split")["data"]
            _copy(connection, f"loans_clean.{part}", columns, rows)
        connection.execute("delete from loans_clean.bad")
        bad = [(each.record, each.loan_id, each.reason) for each in cleaned.bad]
        _copy(connection, "loans_clean.bad", ("record", "loan_id", "reason"), bad)
    return cleaned


def _begin(connection: psycopg.Connection) -> None:
    connection.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
    connection.execute(TABLES.read_text(encoding="utf-8"))


def _copy(
    connection: psycopg.Connection, table: str, columns: tuple[str, ...], rows: list[Any]
) -> None:
    into = f"copy {table} ({', '.join(columns)}) from stdin"
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)
