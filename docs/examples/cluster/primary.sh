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
