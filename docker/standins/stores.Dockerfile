# Stands in for MinIO and MongoDB: the servers of the local stack, started the way compose.yaml starts the real ones.
FROM eclipse-temurin:17-jre
COPY --from=stack . /opt/stack/
COPY mongosh docker-entrypoint.sh curl /usr/local/bin/
RUN chmod 0755 /usr/local/bin/* && mkdir -p /data /data/db
ENTRYPOINT ["/bin/bash", "/usr/local/bin/docker-entrypoint.sh"]
