# One image for every room; which one is its argument: docker run … fairline booking
FROM node:26-slim AS dependencies
WORKDIR /app
# Only what decides the dependencies, so that this layer stays as long as they do.
COPY package.json package-lock.json ./
COPY shared/package.json shared/
COPY router/package.json router/
COPY services/admin/package.json services/admin/
COPY services/booking/package.json services/booking/
COPY services/queue-processor/package.json services/queue-processor/
COPY services/waiting-room/package.json services/waiting-room/
# Links to the workspaces stay links: Node does not strip types of what lies in node_modules.
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
      --workspace shared --workspace router --workspace services/admin --workspace services/booking \
      --workspace services/queue-processor --workspace services/waiting-room

FROM node:26-slim AS rooms
WORKDIR /app
# Also what npm may put into the workspaces' own node_modules.
COPY --from=dependencies /app ./
COPY shared shared
COPY router router
COPY services services
COPY deploy/docker deploy/docker
# What Node makes of the code when it loads it is kept in the image: a room starts in less than a second, also where
# nothing can be written.
ENV NODE_COMPILE_CACHE=/app/.compile-cache
RUN node deploy/docker/warm-up.ts

FROM node:26-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Fairline" \
      org.opencontainers.image.description="A virtual waiting room with the load balancer built in" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
WORKDIR /app
COPY --from=rooms /app /app
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/app/.compile-cache \
    HOST=0.0.0.0 \
    PORT=8080 \
    INTERNAL_HOST=0.0.0.0 \
    INTERNAL_PORT=9090
USER node
EXPOSE 8080 9090
HEALTHCHECK --interval=5s --timeout=10s --start-period=30s --retries=3 \
  CMD ["node", "/app/deploy/docker/healthcheck.ts"]
# As roomNodeFlags of shared/node-flags.ts has it.
ENTRYPOINT ["node", "--min-semi-space-size=16", "/app/deploy/docker/start-room.ts"]
CMD ["gateway"]
