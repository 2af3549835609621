import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { hasRequestBody } from './request-body.ts';

/**
 * Only WebSocket: a tunnel for h2c would carry requests past every check of the gateway. With a body it is an ordinary
 * request, since what follows its head is not the tunnel's.
 */
export function isTunnelRequest(request: IncomingMessage): boolean {
  return (
    request.method === 'GET' &&
    request.httpVersion === '1.1' &&
    !hasRequestBody(request) &&
    request.headers.upgrade?.toLowerCase() === 'websocket' &&
    (request.headers.connection ?? '')
      .toLowerCase()
      .split(',')
      .some((token) => token.trim() === 'upgrade')
  );
}

/**
 * A response on a connection that Node handed over with an `upgrade` event, so that such a request takes the same way
 * through the gateway as any other. It is the connection's last one: nothing after the head is parsed as a request.
 */
export function openUpgradedResponse(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  socket.on('error', () => socket.destroy());
  socket.on('drain', () => response.emit('drain'));
  response.once('finish', () => {
    if (response.statusCode !== 101) socket.destroySoon();
  });
  // Nobody reads until there is a tunnel, but a client that goes away must be noticed.
  socket.on('readable', () => {
    if (socket.readableLength === 0) socket.read();
  });
  socket.once('end', () => {
    if (!response.headersSent) socket.destroy();
  });
  return response;
}

/** The connection itself, once the head of the agreement was written: what follows on it belongs to the tunnel. */
export function takeTunnelSocket(response: ServerResponse): Socket | undefined {
  const { socket } = response;
  // The head is all of this answer; the log and the metrics see it as done.
  response.end();
  socket?.removeAllListeners('readable');
  return socket ?? undefined;
}
