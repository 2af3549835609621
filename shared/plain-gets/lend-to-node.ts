import { IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { PlainHead } from './plain-head.ts';

export type LentParts = {
  server: Server;
  socket: Socket;
  head: PlainHead;
  /** The answer was handed to the system whole; not called when the connection ended before. */
  onSent(keepsAlive: boolean): void;
};

/** Where Node keeps that an answer is the last one of its connection; no method tells. */
type LastSlot = { _last: boolean };

/**
 * Has the server's own `request` listeners answer a plain request with Node's objects, as if Node had read it, while the
 * connection stays where it is. Returns the response, to be told when the connection can take more.
 */
export function lendToNode({ server, socket, head, onSent }: LentParts): ServerResponse {
  const request = new IncomingMessage(socket);
  request.httpVersion = '1.1';
  request.httpVersionMajor = 1;
  request.httpVersionMinor = 1;
  request.method = head.method;
  request.url = head.url;
  request.rawHeaders = head.rawHeaders;
  request.headers = head.headers;
  request.complete = true;
  request.push(null);

  const response = new ServerResponse(request);
  response.shouldKeepAlive = head.keepsAlive;
  if (head.keepsAlive) response.setHeader('keep-alive', `timeout=${Math.floor(server.keepAliveTimeout / 1000)}`);
  response.assignSocket(socket);
  response.once('finish', () => {
    response.detachSocket(socket);
    // Whoever did not look at the request never will; it ends as one that was read.
    request.resume();
    onSent(!(response as unknown as LastSlot)._last);
    response.destroyed = true;
    response.emit('close');
  });
  // The answer itself hears of the end of its connection by Node.
  response.once('close', () => {
    if (!response.writableFinished) request.destroy();
  });
  server.emit('request', request, response);
  return response;
}
