# Stands in for postgres: Debian's package of the same major version, with its client programs. Debian 12 has 15, so that of its
# next but one release is taken. A mirror may be older than its lists say they are valid.
FROM debian:bookworm-slim
RUN find /etc/apt -name '*.list' -o -name '*.sources' | xargs sed -i 's/bookworm\(-updates\|-security\)/forky/; s/bookworm/forky/' \
    && useradd --uid 999 --user-group --home-dir /var/lib/postgresql --shell /bin/bash postgres
# No server is made by the package: the entry point makes it.
RUN mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf \
    && apt-get -o Acquire::Check-Valid-Until=false update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-18 postgresql-client-18 >/dev/null \
    && rm -rf /var/lib/apt/lists/* && mkdir -p /var/run/postgresql && chown 999:999 /var/run/postgresql
COPY postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENV PATH=/usr/lib/postgresql/18/bin:$PATH PGDATA=/var/lib/postgresql/18/docker
ENTRYPOINT ["/bin/bash", "/usr/local/bin/docker-entrypoint.sh"]
CMD ["postgres"]
