#!/bin/bash
# The part of the real image's entry point that is used here: options are those of postgres, any other program is run as it is.
set -euo pipefail
[ "${1:0:1}" != - ] || set -- postgres "$@"
[ "$1" = postgres ] || exec "$@"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA" && chmod 0700 "$PGDATA"
  # shellcheck disable=SC2086 # several arguments
  initdb --username postgres --pwfile "$POSTGRES_PASSWORD_FILE" --auth scram-sha-256 $POSTGRES_INITDB_ARGS --pgdata "$PGDATA" >/dev/null
  echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
  # By the socket only, as the real one does: whoever asks over TCP has to wait for the server that stays.
  pg_ctl --pgdata "$PGDATA" --options "-c listen_addresses=" --wait start >/dev/null
  PGPASSWORD=$(<"$POSTGRES_PASSWORD_FILE") psql --host /var/run/postgresql --username postgres --quiet --command "create database \"$POSTGRES_DB\""
  pg_ctl --pgdata "$PGDATA" --wait --mode fast stop >/dev/null
fi
exec "$@" -c listen_addresses='*'
