import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Server as TlsServer } from 'node:tls';
import { createHttpApp, type HttpApp } from '@fairline/shared/http-app.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import type { Gateway } from './gateway.ts';
import { type Certificate, minTlsVersion } from './tls/certificate.ts';

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
export function createPublicListener({
  gateway,
  logger,
  certificate,
}: {
  gateway: Gateway;
  logger: Logger;
  /** With one, visitors come by https. */
  certificate?: Certificate | undefined;
}): HttpApp {
  return createHttpApp({
    logger,
    serverFactory: () => createGatewayServer(gateway.handle, certificate),
  });
}

/** New connections get this certificate; those that are open keep theirs. */
export function useCertificate(server: HttpApp['server'], { cert, key }: Certificate): void {
  if (server instanceof TlsServer) server.setSecureContext({ cert, key, minVersion: minTlsVersion });
}

function createGatewayServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  certificate: Certificate | undefined,
): Server {
  const options: ServerOptions = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: connectionsCheckMs,
    insecureHTTPParser: false,
    // The gateway says itself what is wrong, with a code.
    requireHostHeader: false,
    noDelay: true,
  };
  const server = certificate
    ? createTlsServer(
        {
          ...options,
          cert: certificate.cert,
          key: certificate.key,
          minVersion: minTlsVersion,
          ALPNProtocols: ['http/1.1'],
        },
        handle,
      )
    : createServer(options, handle);
  server.maxHeadersCount = maxHeaders;
  return server;
}
