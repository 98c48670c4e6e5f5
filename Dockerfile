# The server as an image: docker build -t abaco .
# Any Debian-based image with Node 20.19 or newer serves as the base.
ARG NODE_IMAGE=node:20-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /opt/abaco
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json ./
COPY apps ./apps
COPY libs ./libs
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
WORKDIR /opt/abaco
# Sockets and files of actor containers lie in the data directory, which must have the same path on the host.
ENV NODE_ENV=production \
    ABACO__GENERAL__DATA_DIR=/var/lib/abaco \
    ABACO__WEB__HOST=0.0.0.0
COPY --from=build /opt/abaco/package.json ./
COPY --from=build /opt/abaco/node_modules ./node_modules
COPY --from=build /opt/abaco/dist ./dist
COPY config ./config
RUN mkdir -p /var/lib/abaco
EXPOSE 8000
# Readiness is what /health/ready says; a process that answers at all is alive.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8000/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The server drains on SIGTERM.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "dist/apps/server/src/main.js"]
