import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';

export type Traps = {
  /** With the addresses of the traps for their names in braces. */
  fill(text: string): string;
  /** Requests that the thief has answered. */
  stolen(): number;
};

const stolenAnswer = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 6\r\n\r\nstolen';

/**
 * Places that a report can lead to: `{thief}` answers everything at once, `{hole}` takes requests and says nothing,
 * `{garbage}` answers what is no HTTP, `{closed}` refuses connections.
 */
export async function startTraps(t: TestLike): Promise<Traps> {
  let stolen = 0;
  const thief = await listen(t, (socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        text = text.slice(end + 4);
        stolen += 1;
        socket.write(stolenAnswer);
      }
    });
  });
  const hole = await listen(t, (socket) => socket.resume());
  const garbage = await listen(t, (socket) => socket.on('data', () => socket.end('\0\xff not HTTP at all\r\n\r\n')));
  const ports: Readonly<Record<string, number>> = { thief, hole, garbage, closed: await findFreePort() };
  return {
    fill: (text) =>
      text.replaceAll(/\{([a-z]+)\}/g, (whole, name: string) =>
        Object.hasOwn(ports, name) ? `http://127.0.0.1:${ports[name]}` : whole,
      ),
    stolen: () => stolen,
  };
}

async function listen(t: TestLike, onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
