#!/bin/bash
# A copy of the primary at the first start; from then on it follows, until it is promoted:
#   docker compose exec standby pg_ctl promote -D /var/lib/postgresql/data
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  PGPASSWORD="$POSTGRES_PASSWORD" pg_basebackup -D "$PGDATA" -X stream -R --checkpoint=fast \
    -d "host=primary user=postgres application_name=standby"
  echo "primary_conninfo = 'host=primary user=postgres application_name=standby password=$POSTGRES_PASSWORD'" \
    >> "$PGDATA/postgresql.auto.conf"
  # Once promoted it must not wait for a standby that is gone.
  echo "synchronous_standby_names = ''" >> "$PGDATA/postgresql.auto.conf"
  chmod 700 "$PGDATA"
fi
exec postgres -D "$PGDATA" -c max_connections=200 -c wal_retrieve_retry_interval=500ms \
  -c hot_standby_feedback=on -c ssl=on \
  -c ssl_cert_file=/certs/standby.crt -c ssl_key_file=/certs/standby.key
