#!/bin/sh
# Run once by the PostgreSQL image on an empty volume: two databases, each with its own role, and a role that only
# reads the warehouse.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres \
    --set airflow="$AIRFLOW_DB_PASSWORD" --set returns="$RETURNS_DB_PASSWORD" --set reader="$READER_DB_PASSWORD" <<'SQL'
CREATE ROLE airflow LOGIN PASSWORD :'airflow';
CREATE ROLE returns_owner LOGIN PASSWORD :'returns';
CREATE ROLE returns_reader LOGIN PASSWORD :'reader';
CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE returns OWNER returns_owner;
REVOKE CONNECT ON DATABASE airflow FROM PUBLIC;
REVOKE CONNECT ON DATABASE returns FROM PUBLIC;
GRANT CONNECT ON DATABASE returns TO returns_reader;
\connect returns
GRANT USAGE ON SCHEMA public TO returns_reader;
ALTER SCHEMA public OWNER TO returns_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE returns_owner IN SCHEMA public GRANT SELECT ON TABLES TO returns_reader;
SQL
