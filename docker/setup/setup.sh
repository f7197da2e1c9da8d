#!/bin/sh
# Makes what a clean clone lacks, once: a random secret for each login, and volumes that their users may write to.
# Runs as root without a network, with the rights to change owners and nothing else, and ends.
set -eu
secrets=/secrets
umask 077

# name, bytes, the server that asks for it, who else knows it
secret() {
  if [ ! -s "$secrets/$1" ]; then
    head -c "$2" /dev/urandom | base64 | tr -d '\n=+/' > "$secrets/$1.new"
    mv "$secrets/$1.new" "$secrets/$1"
  fi
  chown "$3:$4" "$secrets/$1"
  chmod 0440 "$secrets/$1"
}

postgres=999 mongo=999 mqtt=1883 s3=1000 grafana=472 serai=10001
chmod 0755 "$secrets"
secret postgres_superuser 24 $postgres $postgres
secret postgres 24 $postgres $serai
secret postgres_reader 24 $postgres $serai
secret mqtt 24 $mqtt $serai
secret s3 24 $s3 $serai
secret mongo 24 $mongo $serai
secret mongo_key 96 $mongo $mongo
# SeaweedFS reads its logins from a file.
printf '{"identities": [{"name": "serai", "credentials": [{"accessKey": "serai", "secretKey": "%s"}], "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}\n' \
  "$(cat "$secrets/s3")" > "$secrets/seaweedfs.json"
chown $s3:$s3 "$secrets/seaweedfs.json"
# The password is part of the address; made anew each time, so that it follows the secret.
printf 'mongodb://serai:%s@mongo:27017/?replicaSet=rs0&authSource=admin' "$(cat "$secrets/mongo")" > "$secrets/mongo_url"
chown $serai:$serai "$secrets/mongo_url"
secret management 24 $serai $serai
secret grafana 24 $grafana $grafana
# Grafana reads what the page reads, with a copy of its own.
cp "$secrets/postgres_reader" "$secrets/grafana_reader" && chown $grafana:$grafana "$secrets/grafana_reader"

chown $postgres:$postgres /volumes/postgres
chown $mongo:$mongo /volumes/mongo
chown $mqtt:$mqtt /volumes/mqtt
chown $s3:$s3 /volumes/s3
chown $grafana:0 /volumes/grafana
echo "secrets and volumes are there"
