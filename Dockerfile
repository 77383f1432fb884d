# No install script runs in any stage: the pinned Node and the embedded Postgres are for checkouts; the image brings its
# own Node, and its database comes from DATABASE_URL.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY .swcrc ./
COPY scripts/build.mjs scripts/bundle.mjs scripts/replace.mjs scripts/
COPY migrations migrations
COPY src src
RUN node scripts/build.mjs

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 HOLDFAST_DATA_DIR=/data
ENV npm_config_update_notifier=false
WORKDIR /app
# `npm run keys` and the like first install and build what is missing; here nothing is.
RUN mkdir /data scripts && chown node:node /data && touch scripts/prepare.mjs
COPY package.json openapi.json ./
COPY config config
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=16", "--initial-old-space-size=96", "--expose-gc", "dist/start/main.js"]
