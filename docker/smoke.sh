#!/bin/bash
# Runs all of compose.yaml with the engine that is here, beside what runs, and checks it as a user would. Prints a table of what
# was checked, and removes what it made. Takes half an hour where everything has to be built. Needs docker with compose, make,
# git, curl, and a JDK with Maven for the local stack.
#
#   docker/smoke.sh            pulls the images; where that cannot be done, builds stand-ins from Debian's packages
#   SMOKE_IMAGES=standin|real  builds them in any case, pulls them in any case
#   SMOKE_JAVA=/path/to/a/jdk  the stand-in for Java holds that JDK, of version 25, instead of Debian's 17
#   SMOKE_KEEP=1               leaves everything running
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)
export COMPOSE_PROJECT_NAME=serai-smoke SERAI_VERSION=smoke STACK=docker
free() { # a port that nobody listens on
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo $port; return; }
  done
}
ports=(PAGE_PORT MANAGEMENT_PORT POSTGRES_PORT MQTT_PORT S3_PORT MONGO_PORT SIMULATORS_PORT)
for port in "${ports[@]}"; do export "$port=$(free)"; done
export ADS_SCHEDULE="0/10 * * * * ?" # also shows that settings get through
unset MAKEFLAGS MAKELEVEL
images=${SMOKE_IMAGES:-auto}
copy=$(mktemp -d)
log=$copy.log
table=()
current='' note=''
began=$SECONDS

finish() {
  status=$?
  [ $status = 0 ] || {
    table+=("FAILED|$((SECONDS - since))|$current|$note")
    { echo "---- $log"; tail -n 40 "$log"; cd "$copy" && docker compose ps --all && docker compose logs --tail 40; } >&2 || true
  }
  if [ "${SMOKE_KEEP:-}" = 1 ]; then echo "kept: cd $copy"; else
    cd "$copy" && { "${local_stack[@]}" make -s stop; docker compose --profile scale down --volumes --remove-orphans --rmi local; } >/dev/null 2>&1 || true
    docker image ls --quiet --filter label=serai.standin | sort -u | xargs -r docker image rm --force >/dev/null 2>&1 || true
    docker image rm --force serai:smoke >/dev/null 2>&1 || true
    docker image ls --quiet --filter dangling=true --filter label=org.opencontainers.image.version=smoke | sort -u | xargs -r docker image rm --force >/dev/null 2>&1 || true
    cd / && rm -rf "$copy" "$log"
  fi
  printf '\n%-7s %6s  %s\n' result s check
  for row in "${table[@]}"; do
    IFS='|' read -r result seconds what more <<< "$row"
    printf '%-7s %6s  %s%s\n' "$result" "$seconds" "$what" "${more:+: $more}"
  done
  printf 'images: %s; engine %s; %d s\n' "$images" "$(docker version --format '{{.Server.Version}}' 2>/dev/null)" $((SECONDS - began))
  exit $status
}
check() { # what, function; it may set a note
  current=$1 note='' since=$SECONDS
  "$2" "${@:3}"
  table+=("ok|$((SECONDS - since))|$current|$note")
  printf '%4d s  %s%s\n' $((SECONDS - began)) "$current" "${note:+: $note}"
}
within() { # seconds, command
  local deadline=$((SECONDS + $1))
  until "${@:2}" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || { echo "not within $1 s: ${*:2}" >> "$log"; return 1; }
    sleep 1
  done
}
logged() { "$@" >> "$log" 2>&1; }
value() { docker compose exec -T postgres sh -c 'PGPASSWORD=$(cat /run/serai/postgres_superuser) psql --host 127.0.0.1 --username postgres --dbname serai --no-align --tuples-only --command "$1"' sh "$1"; }
sql_of_host() { docker run --rm --network host --env PGHOST --env PGPORT --env PGUSER --env PGPASSWORD --env PGDATABASE --entrypoint psql postgres:18 "$@"; }
is_true() { [ "$(value "$1")" = t ]; }
id() { docker compose ps --all --quiet "$1"; }
healthy() { [ "$(docker inspect --format '{{.State.Health.Status}}' "$(id "$1")")" = healthy ]; }
stay=(postgres mosquitto mongo s3 simulators serai)
# The block of commands in the runbook that has these words.
block() { awk -v words="$1" '/^ *```sh$/ { inside = 1; text = ""; next } /^ *```$/ { if (inside && index(text, words)) { printf "%s", text; exit } inside = 0 } inside { text = text $0 "\n" }' docs/runbook.md; }
runbook() { block "$1" | sed "s/serai_\\\$volume/${COMPOSE_PROJECT_NAME}_\$volume/" > "$copy.block"; [ -s "$copy.block" ]; logged "${@:2}" bash -e -o pipefail "$copy.block"; rm "$copy.block"; }

simulators=$(free)
local_stack=(env STACK=local "PAGE_PORT=$(free)" "MANAGEMENT_PORT=$(free)" "SIMULATORS_PORT=$simulators" "POSTGRES_URL=jdbc:postgresql://127.0.0.1:$(free)/serai"
  "S3_ENDPOINT=http://127.0.0.1:$(free)" "SENSORS_MQTT_URL=tcp://127.0.0.1:$(free)" "COMMUNITY_MONGO_URL=mongodb://127.0.0.1:$(free)"
  "USERS_API_URL=http://127.0.0.1:$simulators/api/v2/users" "ADS_API_URL=http://127.0.0.1:$simulators/ads")

get_images() {
  if [ "$images" != standin ]; then
    if logged docker compose pull --quiet --ignore-buildable; then images=real; return; fi
    [ "$images" = auto ]
    images=standin
  fi
  logged docker/standins/build.sh "$copy" "${SMOKE_JAVA:-}"
  # mongo-java-server has neither logins nor replica sets.
  export S3_IMAGE=serai-standin/stores JAVA_VERSION=17 COMMUNITY_MONGO_URL=mongodb://mongo:27017 MOVE_MONGO_URL=mongodb://ADDRESS/
  [ -z "${SMOKE_JAVA:-}" ] || JAVA_VERSION=25
  note=stand-ins
}
build() {
  logged docker compose build serai
  note=$(docker image inspect serai:smoke --format '{{.Size}}' | awk '{ printf "%d MB", $1 / 1000000 }')
}
start() {
  local from=$SECONDS
  logged make -s start
  note="after $((SECONDS - from)) s, Serai $(docker compose logs serai | grep -o 'ready [0-9]* ms after the start' | tail -n 1)"
}
start_again() {
  local before
  before=$(docker compose ps --quiet | sort)
  logged make -s start
  [ "$(docker compose ps --quiet | sort)" = "$before" ]
}
targets() {
  logged make -s status
  make -s logs FOLLOW=no LINES=5 | grep serai >/dev/null
  (
    eval "$(make -s env)"
    curl --fail --silent --show-error "$SERAI_URL/api/headline" >> "$log"
    curl --fail --silent --show-error --user "$SERAI_ADMIN_USER:$SERAI_ADMIN_PASSWORD" "$SERAI_MANAGEMENT_URL/observe/health" >> "$log"
    logged sql_of_host --command "select 1"
    : "${SERAI_MQTT_PASSWORD:?}" "${AWS_SECRET_ACCESS_KEY:?}" "${SERAI_MONGO_URL:?}"
  )
  make -s run PIPELINE=users | tee -a "$log" | grep 'state=succeeded read=5 inserted=5' >/dev/null
}
confined() {
  local service
  for service in "${stay[@]}"; do
    echo "confined: $service" >> "$log"
    healthy "$service"
    [ "$(docker compose exec -T "$service" cat /proc/1/status | awk '/^Uid/ { print $2 }')" != 0 ]
    [ "$(docker compose exec -T "$service" cat /proc/1/status | awk '/^Cap(Eff|Prm|Bnd)/ { print $2 }' | sort -u)" = 0000000000000000 ]
    if docker compose exec -T "$service" sh -c 'touch /etc/written' >> "$log" 2>&1; then return 1; fi
    [ "$(docker inspect --format '{{.HostConfig.Memory}}' "$(id "$service")")" -gt 0 ]
  done
  if docker ps --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" --format '{{.Ports}}' | tr ',' '\n' | grep -e '->' | grep -v '^ *127\.0\.0\.1:' >> "$log"; then return 1; fi
}
secrets_stay() { # of the values only, so that the search itself shows none
  local secret
  docker inspect $(docker compose ps --all --quiet) > "$copy.seen"
  docker compose logs >> "$copy.seen" 2>&1
  for secret in postgres_superuser postgres postgres_reader mqtt s3 mongo management; do
    docker compose run --rm --no-deps -T --entrypoint cat setup "/secrets/$secret" 2>/dev/null > "$copy.secret"
    [ -s "$copy.secret" ]
    if grep --quiet --fixed-strings --file "$copy.secret" "$copy.seen"; then echo "$secret is readable in docker inspect or in the logs" >> "$log"; return 1; fi
  done
  rm -f "$copy.seen" "$copy.secret"
}
edit() {
  local at
  at=$(value "select now()")
  sed -i 's|cron: "{{users.schedule}}"|cron: "0/5 * * * * ?"|' routes/users/users-api-to-postgres.camel.yaml
  within 60 is_true "select count(*) >= 3 from ops.run where pipeline = 'users' and state = 'succeeded' and started_at > '$at'"
}
# The process ends as in a crash. After "docker kill" the engine would not start it again.
crash() {
  local count at
  count=$(docker inspect --format '{{.RestartCount}}' "$(id "$1")")
  logged docker run --rm --pid host --user 0:0 --entrypoint /bin/sh postgres:18 -c "kill -9 $(docker inspect --format '{{.State.Pid}}' "$(id "$1")")"
  within 60 eval "[ \"\$(docker inspect --format '{{.RestartCount}}' $(id "$1"))\" -gt $count ]"
  within 240 healthy "$1"
  at=$(value "select now()")
  # ads come over HTTP and through S3, readings over MQTT, messages from MongoDB
  within 240 is_true "select (select max(ingested_at) from ads.impression) > '$at' and (select max(ingested_at) from sensors.reading) > '$at'
    and (select max(first_seen_at) from community.messages) > '$at'"
  within 60 healthy serai
}
memory() {
  local service
  for service in "${stay[@]}"; do
    [ "$(docker inspect --format '{{.State.OOMKilled}}' "$(id "$service")")" = false ]
    note+="$service $(docker compose exec -T "$service" sh -c 'cat /sys/fs/cgroup/memory/memory.max_usage_in_bytes || cat /sys/fs/cgroup/memory.peak' 2>/dev/null | awk '{ printf "%d", $1 / 1048576 }') of $(docker inspect --format '{{.HostConfig.Memory}}' "$(id "$service")" | awk '{ printf "%d", $1 / 1048576 }') MB, "
  done
  note=${note%, }
}
local_value() { ( eval "$("${local_stack[@]}" make -s env)" && sql_of_host --no-align --tuples-only --command "$1" ); }
local_true() { [ "$(local_value "$1")" = t ]; }
# Count and digest of the rows of users and ads that were there at an instant; none of them changes.
rows() {
  "${ask:-value}" "select (select count(*) || ' ' || md5(string_agg(to_jsonb(u)::text, '' order by uid)) from users.profile u where ingested_at <= '$1') || ' ' ||
    (select count(*) || ' ' || md5(string_agg(to_jsonb(a)::text, '' order by ad_id)) from ads.impression a where ingested_at <= '$1')"
}
instant() { "${ask:-value}" "select now() - interval '10 seconds'"; }
down_and_up() {
  local at before
  at=$(instant) before=$(rows "$at")
  logged make -s stop
  logged make -s start
  [ "$(rows "$at")" = "$before" ]
}
backup() {
  local at before
  at=$(instant) before=$(rows "$at")
  runbook 'tar --xattrs -C /from' env
  runbook 'tar --xattrs --numeric-owner -C /to' env
  within 240 healthy serai
  [ "$(rows "$at")" = "$before" ]
  logged make -s rebuild DATASET=users.profile FROM=2026-01-01 TO=2099-12-31
  tail -n 20 "$log" | grep >/dev/null 'missing 0'
}
move() {
  local at before readings arrived="select count(*) from sensors.reading where ingested_at <="
  logged docker compose down --volumes
  rm -f .serai/stack.kind
  logged "${local_stack[@]}" make -s start
  within 180 local_true "select (select count(*) >= 5 from users.profile) and (select count(*) >= 100 from ads.impression)
    and (select count(*) > 20 from sensors.reading) and (select count(*) > 0 from community.messages)"
  at=$(ask=local_value instant)
  before=$(ask=local_value rows "$at")
  readings=$(local_value "$arrived '$at'")
  runbook 'make move' "${local_stack[@]}"
  runbook 'STACK=docker make start' env
  [ "$(rows "$at")" = "$before" ]
  [ "$(value "$arrived '$at'")" = "$readings" ]
  logged make -s archive-list
  logged make -s rebuild DATASET=ads.impression FROM=2026-01-01 TO=2099-12-31
  tail -n 20 "$log" | grep >/dev/null 'missing 0'
  is_true "select count(*) = 0 from community.users where deleted_at is not null"
}
clean() {
  logged make -s clean YES=1
  [ -z "$(docker volume ls --quiet --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME")" ]
}

main() {
  trap finish EXIT
  trap 'exit 130' INT TERM
  : > "$log"
  since=$SECONDS current="docker compose is here"
  docker compose version >> "$log"
  git -C "$project" ls-files -co --exclude-standard -z | (cd "$project" && xargs -0 cp --parents -t "$copy")
  # What is built already needs not be built again.
  if make -s -q -C "$project" STACK=local target/built 2>/dev/null && [ -f "$project/.serai/stack.jar" ]; then
    mkdir "$copy/.serai" && cp "$project"/.serai/stack.{jar,classpath} "$copy/.serai/" && cp -r "$project/target" "$copy/target"
  fi
  cd "$copy"

  check "images" get_images
  check "all profiles are understood" logged docker compose --profile bi --profile scale config --quiet
  check "the image builds" build
  check "make start: all healthy" start
  check "starting twice is harmless" start_again
  check "users arrive" within 180 is_true "select count(*) > 0 from users.profile"
  check "ads arrive" within 180 is_true "select count(*) > 0 from ads.impression"
  check "readings of all sensors arrive, with their minutes" within 180 is_true \
    "select count(distinct sensor_id) >= 5 and (select count(*) > 0 from sensors.reading_1min) from sensors.reading"
  check "the community arrives" within 180 is_true "select (select count(*) > 0 from community.users) and (select count(*) > 0 from community.messages)"
  check "make status, logs, env, run" targets
  check "each is healthy, not root, without capabilities, read-only, bounded; ports are open to this machine only" confined
  check "no secret in docker inspect or in the logs" secrets_stay
  check "an edited schedule takes effect" edit
  for service in "${stay[@]}"; do check "$service crashed: starts by itself, rows arrive again from HTTP, MQTT and MongoDB" crash "$service"; done
  check "memory, at most" memory
  check "make stop, make start: the same rows" down_and_up
  check "backup and restore, as in the runbook: the same rows" backup
  check "from the local stack to containers, as in the runbook: the same rows" move
  check "make clean deletes all volumes" clean
}

# In braces, so that all of it is read by now: an edit meanwhile changes nothing.
{
  main
  exit
}
