#!/bin/bash
# What make does when the stores run in containers: compose.sh start|stop|status|logs|env|exec ARGUMENT…|clean
# The same answers as from the local stack.
set -euo pipefail
cd "$(dirname "$0")/.."

running() { docker compose ps --status running --quiet serai 2>/dev/null | grep -q . || { echo "Serai does not run: make start" >&2; exit 1; }; }
port() { docker compose port "$1" "$2"; } # 127.0.0.1:8080
secret() { docker compose exec -T "$1" cat "/run/serai/$2"; }
quoted() { printf "%s" "$1" | sed "s/'/'\\\\''/g"; }
export_line() { printf "export %s='%s'\n" "$1" "$(quoted "$2")"; }

case "${1:-}" in
  start)
    scale=()
    [ "${NODES:-1}" -le 1 ] || scale=(--scale "node=$((NODES - 1))")
    docker compose ${scale:+--profile scale} up --detach --build --wait "${scale[@]}" || {
      echo "Not everything became healthy: docker compose ps; docker compose logs" >&2
      echo "Where images cannot be pulled, STACK=local make start does without containers" >&2
      exit 1
    }
    echo
    echo "Page        http://$(port serai 8080)/ — first users in a few seconds"
    echo "Operations  http://$(port serai 9876)/hawtio/ — login admin, its password: make env"
    echo "PostgreSQL  $(port postgres 5432) — eval \"\$(make -s env)\"; psql"
    ;;
  stop)
    docker compose --profile bi --profile scale down
    echo "Stopped. The data are kept in Docker's volumes"
    ;;
  status)
    docker compose --profile bi --profile scale ps --all --format 'table {{.Service}}\t{{.Status}}\t{{.Ports}}'
    running
    # Those that run once have ended; all others have to be healthy.
    ! docker compose ps --all --format '{{.Service}} {{.Status}}' | grep -vE 'setup|postgres-roles' | grep -qv '(healthy)'
    ;;
  logs)
    docker compose logs --tail "${LINES:-20}" $([ "${FOLLOW:-}" = no ] || echo --follow)
    ;;
  env)
    running
    postgres=$(port postgres 5432)
    export_line PGHOST "${postgres%:*}"
    export_line PGPORT "${postgres##*:}"
    export_line PGUSER serai
    export_line PGPASSWORD "$(secret serai postgres)"
    export_line PGDATABASE serai
    export_line SERAI_MQTT_URL "tcp://$(port mosquitto 1883)"
    export_line SERAI_MQTT_USER serai
    export_line SERAI_MQTT_PASSWORD "$(secret serai mqtt)"
    export_line SERAI_S3_ENDPOINT "http://$(port s3 9000)"
    export_line AWS_ACCESS_KEY_ID serai
    export_line AWS_SECRET_ACCESS_KEY "$(secret serai s3)"
    export_line AWS_REGION us-east-1
    # Seen from outside of the containers the one member of the replica set has another name.
    export_line SERAI_MONGO_URL "mongodb://serai:$(secret serai mongo)@$(port mongo 27017)/?directConnection=true&authSource=admin"
    export_line SERAI_URL "http://$(port serai 8080)"
    export_line SERAI_MANAGEMENT_URL "http://$(port serai 9876)"
    export_line SERAI_ADMIN_USER admin
    export_line SERAI_ADMIN_PASSWORD "$(secret serai management)"
    ;;
  exec)
    running
    shift
    docker compose exec -T serai /bin/bash /app/start.sh "$@"
    ;;
  clean)
    docker compose --profile bi --profile scale down --volumes --remove-orphans
    ;;
  *)
    echo "usage: compose.sh start|stop|status|logs|env|exec ARGUMENT…|clean" >&2
    exit 1
    ;;
esac
