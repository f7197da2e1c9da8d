#!/bin/bash
# Makes the roles of Serai in PostgreSQL, or brings their passwords up to date.
set -euo pipefail
PGPASSWORD=$(</run/serai/postgres_superuser)
PGOPTIONS="-c serai.database=$PGDATABASE -c serai.owner=serai -c serai.owner_password=$(</run/serai/postgres)"
PGOPTIONS+=" -c serai.reader=serai_reader -c serai.reader_password=$(</run/serai/postgres_reader)"
export PGPASSWORD PGOPTIONS
exec psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --file /roles.sql
