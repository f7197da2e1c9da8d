#!/bin/bash
# Builds stand-ins for the images of compose.yaml, under their names, from Debian's packages and the local stack of a copy of the
# project. An image that is no stand-in is never replaced. Arguments: the copy, a JDK of version 25 or nothing.
set -euo pipefail
cd "$1"
given=${2:-}
base=debian:bookworm-slim
label=serai.standin

if ! docker image inspect $base >/dev/null 2>&1 && ! docker pull --quiet $base >/dev/null 2>&1; then
  command -v debootstrap >/dev/null && [ "$(id -u)" = 0 ] || { echo "$base cannot be pulled; as root and with debootstrap it is made here" >&2; exit 1; }
  root=$(mktemp -d)
  debootstrap --variant=minbase bookworm "$root" >/dev/null
  tar -C "$root" -c . | docker import --change "LABEL $label=yes" - $base >/dev/null
  rm -rf "$root"
fi

build() { # name, arguments
  local name=$1
  shift
  if docker image inspect "$name" >/dev/null 2>&1 && ! docker image ls --quiet --filter "label=$label" "$name" | grep . >/dev/null; then
    echo "$name is here and is no stand-in: SMOKE_IMAGES=real" >&2
    exit 1
  fi
  docker build --quiet --label $label=yes --tag "$name" "$@" docker/standins >/dev/null
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{trust,jdk,stack/lib}
version=17
[ -z "$given" ] || { version=25; cp -rL "$given/." "$work/jdk"; rm -rf "$work"/jdk/{jmods,lib/src.zip}; }
cp /usr/local/share/ca-certificates/*.crt "$work/trust/" 2>/dev/null || true
make -s target/built >/dev/null
cp -r target/test-classes "$work/stack/classes"
cp -r target/classes/. "$work/stack/classes/"
tr ':' '\n' < target/stack.classpath | grep '\.jar$' | xargs cp -t "$work/stack/lib"

java=(--build-context "trust=$work/trust" --build-context javatrust=/etc/ssl/certs/java --build-context "jdk=$work/jdk" --file docker/standins/java.Dockerfile)
build eclipse-temurin:17-jre "${java[@]}" --build-arg PACKAGES=openjdk-17-jre-headless
[ $version = 17 ] || build eclipse-temurin:$version-jre "${java[@]}" --build-arg PACKAGES=openssl
build maven:3-eclipse-temurin-$version "${java[@]}" --build-arg PACKAGES="openjdk-17-jdk-headless maven"
build eclipse-mosquitto:2 --file docker/standins/mosquitto.Dockerfile
build postgres:18 --file docker/standins/postgres.Dockerfile
build serai-standin/stores --build-context "stack=$work/stack" --file docker/standins/stores.Dockerfile
build mongo:8.0 --build-context "stack=$work/stack" --file docker/standins/stores.Dockerfile
