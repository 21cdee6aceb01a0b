#!/bin/sh
# Creates Grafana's user, who may only read the monitor's tables. Postgres runs this once, when it creates the database.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
-- psql reads the file itself: a command line is visible in ps.
\set password `cat /run/secrets/reader-password`
create role sluice_reader login password :'password';
alter default privileges for role sluice in schema public grant select on tables to sluice_reader;
SQL
