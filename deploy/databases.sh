#!/bin/sh
# Run once by the PostgreSQL image on an empty volume: two databases, each with its own owner. The warehouse has three
# roles: returns_owner makes and changes tables, returns_loader reads and writes rows, returns_reader sees the views.
# Their rights come from `returns migrate`, run as the owner. A role without a password logs in nowhere.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres \
    --set airflow="$AIRFLOW_DB_PASSWORD" --set owner="$RETURNS_DB_PASSWORD" \
    --set loader="${LOADER_DB_PASSWORD:-}" --set reader="$READER_DB_PASSWORD" <<'SQL'
CREATE ROLE airflow LOGIN PASSWORD :'airflow';
CREATE ROLE returns_owner LOGIN PASSWORD :'owner';
CREATE ROLE returns_loader LOGIN PASSWORD :'loader';
CREATE ROLE returns_reader LOGIN PASSWORD :'reader';
CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE returns OWNER returns_owner;
REVOKE ALL ON DATABASE airflow FROM PUBLIC;
REVOKE ALL ON DATABASE returns FROM PUBLIC;
GRANT CONNECT ON DATABASE returns TO returns_loader, returns_reader;
\connect returns
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO returns_owner;
SQL
