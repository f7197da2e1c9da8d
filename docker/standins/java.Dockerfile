# Stands in for eclipse-temurin and for maven where no registry can be reached: Debian's own Maven and Java, or a given JDK.
FROM debian:bookworm-slim
ARG PACKAGES
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ca-certificates $PACKAGES >/dev/null \
    && rm -rf /var/lib/apt/lists/*
# What this machine trusts, where it has more than Debian brings.
COPY --from=trust . /usr/local/share/ca-certificates/extra/
COPY --from=javatrust . /etc/ssl/certs/java/
# A JDK of this machine, where one was given, counts more than Debian's.
COPY --from=jdk . /opt/java/
RUN [ ! -d /opt/java/lib ] || cp /etc/ssl/certs/java/cacerts /opt/java/lib/security/cacerts
ENV PATH=/opt/java/bin:$PATH
