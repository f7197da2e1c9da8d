#!/bin/bash
# Starts MongoDB as a replica set of one, because only a replica set has change streams.
set -euo pipefail
# Its key must belong to the user that runs it and to nobody else.
install -m 0400 /run/serai/mongo_key /tmp/key
exec docker-entrypoint.sh mongod --replSet rs0 --keyFile /tmp/key --bind_ip_all --wiredTigerCacheSizeGB 0.25 --quiet
