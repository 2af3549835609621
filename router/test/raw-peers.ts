import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

type TestLike = { after(step: () => Promise<unknown> | unknown): void };

/** What one connection to a raw upstream brought, byte for byte. */
export type RawConnection = {
  socket: Socket;
  /** All of it. */
  received: string;
  /** What came since the last whole request. */
  pending: string;
  isClosed: boolean;
  closed: Promise<void>;
};

/** A plain TCP server that records what arrives. `onData` is called with each new piece and may answer. */
export async function startRawUpstream(
  t: TestLike,
  onData: (connection: RawConnection) => void = answerWhenComplete,
): Promise<{ name: string; url: string; connections: RawConnection[] }> {
  const connections: RawConnection[] = [];
  const server = createServer((socket) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const connection: RawConnection = { socket, received: '', pending: '', isClosed: false, closed: promise };
    connections.push(connection);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      connection.received += text;
      connection.pending += text;
      onData(connection);
    });
    socket.on('close', () => {
      connection.isClosed = true;
      resolve();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const { socket } of connections) socket.destroy();
    server.close();
  });
  return { name: 'raw', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections };
}

/** Answers a request once its body, as its own head announces it, is there. */
export function answerWhenComplete(connection: RawConnection): void {
  if (!isComplete(connection.pending)) return;
  connection.pending = '';
  connection.socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
}

export function isComplete(message: string): boolean {
  const end = message.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const head = message.slice(0, end).toLowerCase();
  const body = message.slice(end + 4);
  if (head.includes('transfer-encoding: chunked')) return /(^|\r\n)0\r\n([^\r\n]+\r\n)*\r\n$/.test(body);
  return body.length >= Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
}

/** Sends these bytes as they are; resolves with all that came back once the other side has closed the connection. */
export async function exchangeRaw(port: number, ...parts: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.setNoDelay(true);
  for (const part of parts) socket.write(Buffer.from(part, 'latin1'));
  await once(socket, 'close');
  return answer;
}
