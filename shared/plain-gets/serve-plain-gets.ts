import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { PlainConnection } from './plain-connection.ts';
import type { PlainHead } from './plain-head.ts';
import type { PlainRequest } from './plain-request.ts';
import type { PlainResponse } from './plain-response.ts';

export type PlainGetsOptions = {
  /**
   * Whether a plain request is served by `serve`; others go to the server's `request` listeners (Fastify, say) with Node's
   * objects. Must only look. Default: all are.
   */
  isServed?(head: PlainHead): boolean;
  /** Answers it: `writeHead`, then `end`. Must not throw. */
  serve(request: PlainRequest, response: PlainResponse): void;
};

export type PlainGets = {
  /** Connections that Node has not got. */
  countOpen(): number;
};

const tickMs = 500;

/**
 * Puts a reader of plain GETs in front of Node's on a server for plain http, before it listens. Whole requests without a body
 * that can be read in one way only (see `readPlainHead`) go to `serve`, at less cost. At the first thing that is not so the
 * connection is Node's, with all bytes that nobody has read, for its parser and its limits to judge. Keep-alive and head
 * time-outs are the server's; `close`, `closeIdleConnections` and `closeAllConnections` mean these connections too.
 */
export function servePlainGets(server: Server, { isServed = () => true, serve }: PlainGetsOptions): PlainGets {
  const [giveToNode] = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  if (!giveToNode) throw new TypeError('a server without a listener for connections');
  const open = new Set<PlainConnection>();
  let timer: NodeJS.Timeout | undefined;

  function accept(socket: Socket): void {
    open.add(
      new PlainConnection({
        server,
        socket,
        isServed,
        serve,
        onHandedOver(connection, bytes) {
          forget(connection);
          // It was flowing; Node's listener is there before the bytes come again.
          socket.pause();
          socket.unshift(bytes);
          giveToNode?.call(server, socket);
          socket.resume();
        },
        onClosed: forget,
      }),
    );
    timer ??= setInterval(closeSilent, tickMs).unref();
  }

  function forget(connection: PlainConnection): void {
    open.delete(connection);
    if (open.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  /** A new connection has the time of a head; one that was answered waits for its next request a little longer than told. */
  function closeSilent(): void {
    for (const connection of open) {
      if (!connection.isIdle()) continue;
      connection.idleTicks += 1;
      const silentMs = (connection.idleTicks - 1) * tickMs;
      if (silentMs > (connection.hasServed ? server.keepAliveTimeout : server.headersTimeout))
        connection.socket.destroy();
    }
  }

  function closeOpen(isMeant: (connection: PlainConnection) => boolean): void {
    for (const connection of [...open]) if (isMeant(connection)) connection.socket.destroy();
  }

  server.off('connection', giveToNode);
  server.on('connection', accept);
  const closeIdle = server.closeIdleConnections;
  const closeAll = server.closeAllConnections;
  // `server.close` calls the first of them.
  server.closeIdleConnections = () => {
    closeOpen((connection) => connection.isIdle());
    closeIdle.call(server);
  };
  server.closeAllConnections = () => {
    closeOpen(() => true);
    closeAll.call(server);
  };
  return { countOpen: () => open.size };
}
