#!/bin/sh
# Starts Mosquitto with its one user, and with the safest way of keeping messages that this Mosquitto has.
set -eu
mkdir -p /tmp/conf.d
mosquitto_passwd -c -b /tmp/passwords serai "$(cat /run/serai/mqtt)"
chmod 0600 /tmp/passwords

plugin=$(find /usr /mosquitto -name 'mosquitto_persist_sqlite.so' 2>/dev/null | head -n 1)
if [ -n "$plugin" ]; then
  # From 2.1 on: written as it happens, so a crash takes nothing that was acknowledged.
  printf 'plugin %s\nplugin_opt_sync full\n' "$plugin" > /tmp/conf.d/persistence.conf
else
  # Before 2.1 there are only snapshots: a crash takes what was acknowledged since the last, here a second at most.
  printf 'persistence true\nautosave_interval 1\n' > /tmp/conf.d/persistence.conf
fi
exec mosquitto -c /mosquitto/config/mosquitto.conf
