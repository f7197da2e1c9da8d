#!/bin/bash
# The part of the real image's entry point that compose.yaml uses.
set -euo pipefail
[ "${1:-}" = postgres ] || set -- postgres "$@"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA" && chmod 0700 "$PGDATA"
  # shellcheck disable=SC2086 # several arguments
  initdb --username postgres --pwfile "$POSTGRES_PASSWORD_FILE" --auth scram-sha-256 $POSTGRES_INITDB_ARGS --pgdata "$PGDATA" >/dev/null
  echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
  pg_ctl --pgdata "$PGDATA" --options "-c listen_addresses=127.0.0.1" --wait start >/dev/null
  PGPASSWORD=$(<"$POSTGRES_PASSWORD_FILE") psql --host 127.0.0.1 --username postgres --quiet --command "create database \"$POSTGRES_DB\""
  pg_ctl --pgdata "$PGDATA" --wait --mode fast stop >/dev/null
fi
exec "$@" -c listen_addresses='*'
