#!/bin/sh
# Grafana's user: reads what the monitor will keep in its tables, and nothing else. Runs once, when the database is made.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set password="$(cat /run/secrets/reader-password)" <<'SQL'
create role sluice_reader login password :'password';
alter default privileges for role sluice in schema public grant select on tables to sluice_reader;
SQL
