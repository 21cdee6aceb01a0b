"""Creates a Postgres user for Grafana, who may only read the tables that the dashboards show.

From the environment: SLUICE_DATABASE, SLUICE_POSTGRES_READER, SLUICE_POSTGRES_READER_PASSWORD.
"""

import os

import psycopg
from psycopg import sql

SHOWN = ("prediction", "feedback", "labelled_prediction", "retraining")


def main() -> None:
    name = os.environ["SLUICE_POSTGRES_READER"]
    password = os.environ["SLUICE_POSTGRES_READER_PASSWORD"]
    with psycopg.connect(os.environ["SLUICE_DATABASE"]) as connection:
        known = connection.execute("select 1 from pg_roles where rolname = %s", (name,)).fetchone()
        statement = sql.SQL("{} role {} login password {}").format(
            sql.SQL("alter" if known else "create"), sql.Identifier(name), sql.Literal(password)
        )
        connection.execute(statement)
        for table in SHOWN:
            connection.execute(
                sql.SQL("grant select on {} to {}").format(
                    sql.Identifier(table), sql.Identifier(name)
                )
            )
    print(f"{name} may read {', '.join(SHOWN)}")


if __name__ == "__main__":
    main()
