import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createHttpApp, type HttpApp } from '@fairline/shared/http-app.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import type { Gateway } from './gateway.ts';

const maxHeaderBytes = 16 * 1024;
const maxHeaders = 200;
const headersTimeoutMs = 10_000;
/** For a whole request with its body, also an upload over a slow line. */
const requestTimeoutMs = 300_000;
/** Longer than load balancers in front keep their connections, so that they close first. */
const keepAliveTimeoutMs = 72_000;
const connectionsCheckMs = 5000;

/**
 * The public listener. Fastify keeps its life (listen, close, malformed requests); each request goes straight to the
 * gateway's own way, without routes, hooks and reply objects that would only cost time.
 */
export function createPublicListener({ gateway, logger }: { gateway: Gateway; logger: Logger }): HttpApp {
  return createHttpApp({
    logger,
    serverFactory: () => createGatewayServer(gateway.handle),
  });
}

function createGatewayServer(handle: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      connectionsCheckingInterval: connectionsCheckMs,
      insecureHTTPParser: false,
      // The gateway says itself what is wrong, with a code.
      requireHostHeader: false,
      noDelay: true,
    },
    handle,
  );
  server.maxHeadersCount = maxHeaders;
  return server;
}
