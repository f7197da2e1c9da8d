#!/bin/bash
# Healthy once it is the primary of its replica set, which the first call makes it.
set -euo pipefail
mongosh --quiet --username serai --password "$(cat /run/serai/mongo)" --authenticationDatabase admin --eval '
  try {
    rs.status();
  } catch (e) {
    if (e.codeName !== "NotYetInitialized") throw e;
    rs.initiate({_id: "rs0", members: [{_id: 0, host: "mongo:27017"}]});
  }
  if (!db.hello().isWritablePrimary) quit(1);
'
