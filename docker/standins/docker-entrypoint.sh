#!/bin/bash
# "server …" is what MinIO is started with, "mongod …" MongoDB.
set -euo pipefail
case "$1" in
  server) what=s3 directory=/data ;;
  mongod) what=mongo directory=/data/db ;;
  *) echo "stands in for MinIO and MongoDB only, was started with: $*" >&2; exit 1 ;;
esac
exec java -Xmx192m -XX:+UseSerialGC -Dlog4j2.configurationFile=log4j2-stack.xml \
  -cp "/opt/stack/classes:/opt/stack/lib/*" dev.serai.stack.StandIn "$what" "$directory"
