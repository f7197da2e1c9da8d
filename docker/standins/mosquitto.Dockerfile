# Stands in for eclipse-mosquitto: Debian's package.
FROM debian:bookworm-slim
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mosquitto mosquitto-clients >/dev/null \
    && rm -rf /var/lib/apt/lists/* \
    && usermod --uid 1883 mosquitto && mkdir -p /mosquitto/data /mosquitto/config && chown 1883 /mosquitto/data
