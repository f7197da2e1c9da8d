#!/bin/bash
# Starts Serai in a container: NAME_FILE=/path becomes NAME with what is in the file, for every secret.
set -euo pipefail
while IFS='=' read -r name path; do
  variable=${name%_FILE}
  unset "$name"
  # What is set itself counts more than the file.
  [ -n "$path" ] && [ -z "${!variable:-}" ] || continue
  if [ ! -r "$path" ]; then
    echo "$name names $path, which cannot be read: mount the secret there, or set $variable" >&2
    exit 1
  fi
  export "$variable=$(<"$path")"
done < <(env | grep -E '^[A-Z0-9_]+_(PASSWORD|SECRET_KEY|MONGO_URL)_FILE=' || true)
exec java @/app/java.options -jar /app/serai.jar "$@"
