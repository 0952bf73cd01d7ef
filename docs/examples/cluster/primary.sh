#!/bin/bash
# Runs once, when the primary is made: the database, its user, and who may copy it.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -v password="$DATABASE_PASSWORD" <<'SQL'
CREATE USER hotline_login PASSWORD :'password' CREATEROLE CREATEDB;
CREATE DATABASE hotline OWNER hotline_login TEMPLATE template0 ENCODING 'UTF8'
  LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';
SQL
psql -v ON_ERROR_STOP=1 -U postgres -d hotline -c 'CREATE EXTENSION IF NOT EXISTS pg_trgm'
echo 'host replication postgres all scram-sha-256' >> "$PGDATA/pg_hba.conf"
# From the next start on every commit waits for the standby. A setting in the file, not of the command:
# when the standby is lost, an operator must be able to let go of it (docs/operation.md).
echo "synchronous_standby_names = 'standby'" >> "$PGDATA/postgresql.auto.conf"
