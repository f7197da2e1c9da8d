#!/bin/bash
# What "make move" does: copies all that the local stack of this folder keeps (PostgreSQL, S3, MongoDB) into the containers,
# which must have nothing yet. Nothing is changed in the local stack. Arguments: the command that is its launcher.
set -euo pipefail
cd "$(dirname "$0")/.."
launcher=("$@")

# Both run at the same time, so the containers get any free ports; "make start" gives them their own.
export POSTGRES_PORT=0 S3_PORT=0 MONGO_PORT=0
finish() {
  status=$?
  rm -f .serai/move.dump
  "${launcher[@]}" stop >/dev/null || status=1
  docker compose stop >/dev/null 2>&1 || status=1
  exit $status
}
secret() { docker compose run --rm --no-deps -T --entrypoint cat setup "/secrets/$1" 2>/dev/null; }
psql() {
  docker compose exec -T postgres /bin/bash -c \
    'PGPASSWORD=$(</run/serai/postgres) exec psql --host 127.0.0.1 --username serai --dbname serai --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@"' \
    psql "$@"
}

compgen -G '.serai/postgres-*' >/dev/null || { echo "There is no local stack here: .serai/postgres-… is missing" >&2; exit 1; }
"${launcher[@]}" stop
trap finish EXIT
docker compose run --rm postgres-roles
docker compose up --detach --wait s3 mongo
[ "$(psql --command "select to_regnamespace('ops') is null")" = t ] || {
  echo "The containers have data already. To delete them: docker compose down --volumes" >&2
  exit 1
}
"${launcher[@]}" stores
eval "$("${launcher[@]}" env)"

MOVE_S3_ENDPOINT="http://$(docker compose port s3 9000)"
MOVE_S3_SECRET_KEY=$(secret s3)
# Seen from outside of the containers the one member of the replica set has another name.
mongo=${MOVE_MONGO_URL:-"mongodb://serai:$(secret mongo)@ADDRESS/?directConnection=true&authSource=admin"}
MOVE_MONGO_URL=${mongo/ADDRESS/$(docker compose port mongo 27017)}
export MOVE_S3_ENDPOINT MOVE_S3_SECRET_KEY MOVE_MONGO_URL
"${launcher[@]}" copy

# PostgreSQL last and in one transaction: until it is there, all of this can be done again.
(umask 077 && docker run --rm --network host --env PGHOST --env PGPORT --env PGUSER --env PGPASSWORD --env PGDATABASE \
  --entrypoint pg_dump postgres:18 --no-owner > .serai/move.dump)
psql --single-transaction --output /dev/null < .serai/move.dump
echo "PostgreSQL: $(psql --command "select count(*) from users.profile") users, $(psql --command "select count(*) from ads.impression") advertisements," \
  "$(psql --command "select count(*) from sensors.reading") readings, $(psql --command "select count(*) from community.users") users of the community"
echo "Copied. To go on in containers: STACK=docker make start"
