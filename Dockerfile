# syntax=docker/dockerfile:1
FROM node:26-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The image has its own Node: the packages of the runtime are for machines with an older one.
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/node-linux-* node_modules/node-bin-*

FROM node:26-slim
ENV NODE_ENV=production \
    DATABASE_URL=sqlite:/data/payout-desk.db
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY src ./src
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The process itself, not npm: SIGTERM reaches it, and it ends within 10 s.
STOPSIGNAL SIGTERM
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=50", "src/main.ts"]
