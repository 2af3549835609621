import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { createHttpApp, type HttpApp, readRequestId } from '@fairline/shared/http-app.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { servePlainGets } from '@fairline/shared/plain-gets/serve-plain-gets.ts';
import type { Gateway } from './gateway.ts';
import { answerError } from './proxy/error-answer.ts';
import { isTunnelRequest, openUpgradedResponse } from './proxy/upgraded-response.ts';
import { keepAliveTimeoutMs } from './proxy/write-head.ts';
import { type Certificate, minTlsVersion } from './tls/certificate.ts';

const maxHeaderBytes = 16 * 1024;
const maxHeaders = 200;
const headersTimeoutMs = 10_000;
const connectionsCheckMs = 5000;
export const defaultRequestTimeoutMs = 900_000;

/**
 * The public listener. Fastify keeps its life (listen, close, malformed requests); each request goes straight to the
 * gateway's own way, without routes, hooks and reply objects that would only cost time.
 */
export function createPublicListener({
  gateway,
  logger,
  requestTimeoutMs = defaultRequestTimeoutMs,
  certificate,
}: {
  gateway: Gateway;
  logger: Logger;
  /** For a whole request with its body, also an upload over a slow line. */
  requestTimeoutMs?: number | undefined;
  /** With one, visitors come by https. */
  certificate?: Certificate | undefined;
}): HttpApp {
  return createHttpApp({ logger, serverFactory: () => createGatewayServer(gateway, requestTimeoutMs, certificate) });
}

/** New connections get this certificate; those that are open keep theirs. */
export function useCertificate(server: HttpApp['server'], { cert, key }: Certificate): void {
  if (server instanceof TlsServer) server.setSecureContext({ cert, key, minVersion: minTlsVersion });
}

type ListenerOptions = ServerOptions & { shouldUpgradeCallback(request: IncomingMessage): boolean };

function createGatewayServer(
  { handle }: Gateway,
  requestTimeoutMs: number,
  certificate: Certificate | undefined,
): Server {
  const options: ListenerOptions = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: connectionsCheckMs,
    insecureHTTPParser: false,
    // The gateway says itself what is wrong, with a code.
    requireHostHeader: false,
    noDelay: true,
    // Most requests have no body: they get along without the life of a stream.
    optimizeEmptyRequests: true,
    // Upgrades that are not for a tunnel are ignored, as HTTP allows: the request is one like any other.
    shouldUpgradeCallback: isTunnelRequest,
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) => handle(request, response);
  const server = certificate
    ? createTlsServer(
        {
          ...options,
          cert: certificate.cert,
          key: certificate.key,
          minVersion: minTlsVersion,
          ALPNProtocols: ['http/1.1'],
        },
        onRequest,
      )
    : createServer(options, onRequest);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    handle(request, response, 'expecting'),
  );
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    answerError(
      { request, response, requestId: readRequestId(request), setCookie: undefined, closesConnection: true },
      'EXPECTATION_FAILED',
    );
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    // Kept for the tunnel: it is sent once there is one.
    if (head.length > 0) socket.unshift(head);
    handle(request, openUpgradedResponse(request, socket), 'tunnel');
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => refuseConnect(request, socket));
  server.maxHeadersCount = maxHeaders;
  if (!certificate) servePlainGets(server, { serve: handle });
  return server;
}

/** Node hands over the connection and does not speak on it any more. */
function refuseConnect(request: IncomingMessage, socket: Socket): void {
  const response = openUpgradedResponse(request, socket);
  const requestId = readRequestId(request);
  answerError(
    { request, response, requestId, setCookie: undefined, closesConnection: true },
    'METHOD_NOT_ALLOWED',
    'CONNECT',
  );
}
