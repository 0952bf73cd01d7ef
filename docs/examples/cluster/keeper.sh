#!/bin/bash
# Asks whichever database takes writes, every few seconds, who follows it. While one does, every commit
# waits for it: nothing is lost with the machine. When it is away, commits wait no longer than this
# script: better a moment without a second copy than callers without a hotline. `hotline doctor` says so.
set -u
export PGPASSWORD="$POSTGRES_PASSWORD" PGCONNECT_TIMEOUT=3 PGOPTIONS="-c statement_timeout=5s"
away=0
ask() { psql -XAtq "host=primary,standby user=postgres dbname=postgres target_session_attrs=read-write" -c "$1"; }
while sleep 2; do
  if ! now=$(ask "SELECT current_setting('synchronous_standby_names')"); then away=0; continue; fi
  who=$(ask "SELECT application_name FROM pg_stat_replication
             WHERE state = 'streaming' AND application_name IN ('primary', 'standby') LIMIT 1") || continue
  if [ -n "$who" ]; then away=0; else away=$((away + 1)); fi
  if [ "$who" = "$now" ] || { [ -z "$who" ] && [ "$away" -lt 2 ]; }; then continue; fi
  ask "ALTER SYSTEM SET synchronous_standby_names = '$who'" && ask "SELECT pg_reload_conf()" > /dev/null \
    && echo "commits wait for: ${who:-nobody}"
done
