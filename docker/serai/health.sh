#!/bin/bash
# Healthy or not, without curl: asks the address that the container is to answer at. HEALTH_PATH of the simulators is theirs.
set -euo pipefail
path=${HEALTH_PATH:-/observe/health}
port=${HEALTH_PORT:-${MANAGEMENT_PORT:-9876}}
password=${MANAGEMENT_PASSWORD:-}
if [ -z "$password" ] && [ -n "${MANAGEMENT_PASSWORD_FILE:-}" ]; then password=$(<"$MANAGEMENT_PASSWORD_FILE"); fi
login=$(printf '%s:%s' "${MANAGEMENT_USER:-admin}" "$password" | base64 --wrap=0)
ask() { printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nAuthorization: Basic %s\r\nConnection: close\r\n\r\n' "$path" "$port" "$login"; }
if [ -n "${TLS_KEY_STORE:-}" ] && [ -z "${HEALTH_PORT:-}" ]; then
  # openssl belongs to the authorities of the image. Whose key it is does not matter on the way to oneself.
  read -r -t 4 _ status _ < <(ask | openssl s_client -quiet -connect "127.0.0.1:$port" 2>/dev/null)
else
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  ask >&3
  read -r -t 4 _ status _ <&3
fi
[ "$status" = 200 ]
