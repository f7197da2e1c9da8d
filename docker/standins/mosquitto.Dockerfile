# Stands in for eclipse-mosquitto: Debian's package. Debian 12 has 2.0, so that of its next but one release is taken, which has
# the SQLite plugin, as the real image has.
FROM debian:bookworm-slim
RUN find /etc/apt -name '*.list' -o -name '*.sources' | xargs sed -i 's/bookworm\(-updates\|-security\)/forky/; s/bookworm/forky/' \
    && apt-get -o Acquire::Check-Valid-Until=false update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mosquitto mosquitto-clients >/dev/null \
    && rm -rf /var/lib/apt/lists/* \
    && usermod --uid 1883 mosquitto && mkdir -p /mosquitto/data /mosquitto/config && chown 1883 /mosquitto/data
