#!/bin/bash
# A copy of the leader at the first start; from then on it follows, until it is promoted:
#   docker compose exec standby pg_ctl promote -D /var/lib/postgresql/data
set -eu
SELF="${SELF:-standby}" LEADER="${LEADER:-primary}"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # Once the leader is a server that others may reach, and not while it is still being made.
  until pg_isready -q -h "$LEADER" -U postgres -d hotline; do sleep 2; done
  # Beside it first: what was copied by halves is no cluster, and is copied again.
  rm -rf "$PGDATA.copy"
  PGPASSWORD="$POSTGRES_PASSWORD" pg_basebackup -D "$PGDATA.copy" -X stream -R --checkpoint=fast \
    -d "host=$LEADER user=postgres application_name=$SELF"
  echo "primary_conninfo = 'host=$LEADER user=postgres application_name=$SELF password=$POSTGRES_PASSWORD'" \
    >> "$PGDATA.copy/postgresql.auto.conf"
  # Once promoted it must not wait for a standby that is gone.
  echo "synchronous_standby_names = ''" >> "$PGDATA.copy/postgresql.auto.conf"
  rm -rf "$PGDATA" && chmod 700 "$PGDATA.copy" && mv "$PGDATA.copy" "$PGDATA"
fi
# It archives from the moment on in which it is promoted.
exec postgres -D "$PGDATA" -c max_connections=200 -c wal_retrieve_retry_interval=500ms \
  -c hot_standby_feedback=on -c wal_keep_size=1GB \
  -c wal_sender_timeout=6s -c wal_receiver_timeout=6s -c ssl=on \
  -c "ssl_cert_file=/certs/$SELF.crt" -c "ssl_key_file=/certs/$SELF.key" \
  -c archive_mode=on -c archive_timeout=240 \
  -c "archive_command=test ! -f /archive/%f && cp %p /archive/.%f && mv /archive/.%f /archive/%f"
