# Stands in for postgres: the binaries of the local stack, started the way the real image starts.
FROM debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends xz-utils postgresql-client >/dev/null \
    && rm -rf /var/lib/apt/lists/* && useradd --uid 999 --user-group postgres
COPY --from=binaries . /tmp/binaries/
RUN mkdir -p /opt/postgres && tar -xJf /tmp/binaries/*.txz -C /opt/postgres && rm -r /tmp/binaries \
    && mkdir -p /var/run/postgresql && chown 999:999 /var/run/postgresql
COPY postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENV PATH=/opt/postgres/bin:$PATH PGDATA=/var/lib/postgresql/18/docker
ENTRYPOINT ["/bin/bash", "/usr/local/bin/docker-entrypoint.sh"]
CMD ["postgres"]
