# The base by its version; by its digest where it is known: --build-arg NODE_IMAGE=node:26.10.0-slim@sha256:<digest>.
# `docker buildx imagetools inspect node:26.10.0-slim` prints the digest; .github/workflows/image.yml builds by it.
ARG NODE_IMAGE=node:26.10.0-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY LICENSE ./
COPY bin/healthcheck.cjs bin/run.cjs ./bin/
COPY bundle ./bundle
COPY src ./src
# No process reads source maps. Readable by every user ID, however private the checkout is.
RUN npm run build && find dist -name '*.map' -delete \
    && chmod -R a+rX,go-w package.json LICENSE bin dist && mkdir compiled && chown 1000:1000 compiled
# Compiled here, so that a start need not: a third of its time and 20 MB. Node keeps what it compiled by its own version, the
# processor and the user ID, so another user ID starts without it. Loading main.js from here starts nothing.
USER 1000:1000
RUN NODE_COMPILE_CACHE=/app/compiled node --max-semi-space-size=16 --heap-growing-percent=50 --eval "import('/app/dist/main.js')"
USER 0:0
RUN chown -R 0:0 compiled && chmod -R a+rX,go-w compiled

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE=
LABEL org.opencontainers.image.title="Payout Desk" \
    org.opencontainers.image.description="A Slack bot for InstantPay payout links" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}" \
    org.opencontainers.image.source="${SOURCE}" \
    org.opencontainers.image.documentation="${SOURCE}"
ENV NODE_ENV=production \
    BUILD_COMMIT=${REVISION} \
    NODE_COMPILE_CACHE=/app/compiled \
    MALLOC_ARENA_MAX=2 \
    DATABASE_URL=sqlite:/data/payout-desk.db
WORKDIR /app
# Nothing here installs packages any more. An arbitrary user ID (OpenShift) writes /data as a member of group 0.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/np[mx] /usr/local/bin/corepack /opt/yarn* /usr/local/bin/yarn* \
    && mkdir /data && chown 1000:0 /data && chmod 2770 /data
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/bin/healthcheck.cjs ./bin/
COPY --from=build /app/compiled ./compiled
COPY --from=build /app/dist ./dist
# By number: Kubernetes cannot tell by a name that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["node", "bin/healthcheck.cjs"]
# The process itself, not npm: SIGTERM reaches it, and it ends within 10 s.
STOPSIGNAL SIGTERM
CMD ["node", "--max-semi-space-size=16", "--heap-growing-percent=50", "dist/main.js"]
