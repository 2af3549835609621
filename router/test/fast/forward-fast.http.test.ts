import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { defaultTimeouts, type ForwardTimeouts } from '../../proxy/connections.ts';
import { forwardFast } from '../../proxy/fast/forward-fast.ts';
import { createFastPools } from '../../proxy/fast/pools.ts';
import type { AnswerHead, ForwardOutcome } from '../../proxy/forward.ts';

type TestLike = { after(step: () => Promise<unknown> | unknown): void };

async function listen(t: TestLike, server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** An instance that answers every request with this text, written as it is. */
async function startRoom(t: TestLike, onRequest: (socket: Socket, text: string, connection: number) => void) {
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => {
    const connection = sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => onRequest(socket, data.toString('latin1'), connection));
  });
  const port = await listen(t, server);
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { url: `http://127.0.0.1:${port}`, sockets };
}

/** A listener that forwards everything to `url` and remembers what came of it. */
async function startProxy(t: TestLike, url: string, timeouts: Partial<ForwardTimeouts> = {}) {
  const all = { ...defaultTimeouts, ...timeouts };
  const pools = createFastPools({ lookup: () => {}, timeouts: all });
  const outcomes: ForwardOutcome[] = [];
  const done: (() => void)[] = [];
  const server = createServer(async (incoming: IncomingMessage, response: ServerResponse) => {
    const onHead = ({ status, rawHeaders }: AnswerHead): 'pass' | 'drop' => {
      if (status === 403) return 'drop';
      response.writeHead(
        status,
        rawHeaders.filter((_, index) => isEndToEnd(rawHeaders[index - (index % 2)] ?? '')),
      );
      return 'pass';
    };
    const { method = 'GET', url: target = '/' } = incoming;
    const facts = { pools, url, request: incoming, response, method, text: requestText(method, target) };
    const outcome = await new Promise<ForwardOutcome>((onOutcome) => forwardFast(facts, { onHead, onOutcome }));
    outcomes.push(outcome);
    if (outcome.kind === 'failed' || outcome.kind === 'dropped') response.writeHead(502).end(outcome.kind);
    for (const wake of done.splice(0)) wake();
  });
  const port = await listen(t, server);
  t.after(() => pools.destroy());
  const next = () => new Promise<void>((resolve) => done.push(resolve));
  return { port, pools, outcomes, next };
}

function requestText(method: string, target: string): string {
  return `${method} ${target} HTTP/1.1\r\nhost: a\r\nx-by: the gateway\r\n\r\n`;
}

function isEndToEnd(name: string): boolean {
  return !['transfer-encoding', 'connection', 'keep-alive'].includes(name.toLowerCase());
}

async function ask(port: number, path = '/', method = 'GET') {
  const sent = request({ host: '127.0.0.1', port, path, method, agent: false });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of answer) body += chunk;
  return { status: answer.statusCode, headers: answer.headers, body };
}

const ok = (body: string, ...headers: string[]) =>
  ['HTTP/1.1 200 OK', `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', body].join('\r\n');

t.test('fast: a request and its answer, on one connection after the other', async (t) => {
  const seen: string[] = [];
  const room = await startRoom(t, (socket, text) => {
    seen.push(text);
    socket.write(ok('hello', 'X-A: b'));
  });
  const { port, outcomes } = await startProxy(t, room.url);
  for (const path of ['/a?b=c', '/d'])
    t.match(await ask(port, path), { status: 200, body: 'hello', headers: { 'x-a': 'b' } });
  t.equal(seen[0], 'GET /a?b=c HTTP/1.1\r\nhost: a\r\nx-by: the gateway\r\n\r\n');
  t.equal(room.sockets.length, 1);
  t.same(outcomes, [{ kind: 'passed' }, { kind: 'passed' }]);
});

t.test('fast: HEAD, chunks, the end of the connection, and an answer that is dropped', async (t) => {
  const answers = {
    '/head': 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
    '/chunks': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    '/close': 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello',
    '/drop': 'HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nhello',
  };
  const room = await startRoom(t, (socket, text) => {
    const path = text.split(' ')[1] ?? '';
    if (path === '/close') socket.end(answers['/close']);
    else socket.write(answers[path as keyof typeof answers]);
  });
  const { port, outcomes } = await startProxy(t, room.url);
  t.match(await ask(port, '/head', 'HEAD'), { status: 200, body: '', headers: { 'content-length': '5' } });
  t.match(await ask(port, '/chunks'), { status: 200, body: 'hello', headers: { 'transfer-encoding': 'chunked' } });
  t.match(await ask(port, '/drop'), { status: 502, body: 'dropped' });
  t.equal(room.sockets.length, 1);
  t.match(await ask(port, '/close'), { status: 200, body: 'hello' });
  t.match(await ask(port, '/chunks'), { status: 200, body: 'hello' });
  t.equal(room.sockets.length, 2);
  t.same(
    outcomes.map(({ kind }) => kind),
    ['passed', 'passed', 'dropped', 'passed', 'passed'],
  );
});

t.test('fast: a connection that the instance closed meanwhile costs nobody a request', async (t) => {
  const room = await startRoom(t, (socket, _text, connection) => {
    // The first connection takes one request and resets at the second.
    if (connection === 1 && socket.listenerCount('asked') === 1) socket.resetAndDestroy();
    else {
      socket.once('asked', () => {});
      socket.write(ok('hello'));
    }
  });
  const { port, outcomes } = await startProxy(t, room.url);
  t.equal((await ask(port)).body, 'hello');
  t.equal((await ask(port)).body, 'hello');
  t.equal(room.sockets.length, 2);
  t.same(outcomes, [{ kind: 'passed' }, { kind: 'passed' }]);
});

t.test('fast: what may do something twice is not sent twice, though the connection was used before', async (t) => {
  let requests = 0;
  const room = await startRoom(t, (socket) => {
    requests += 1;
    if (requests === 2) socket.resetAndDestroy();
    else socket.write(ok('hello'));
  });
  const { port, outcomes } = await startProxy(t, room.url);
  t.equal((await ask(port)).body, 'hello');
  t.match(await ask(port, '/', 'POST'), { status: 502, body: 'failed' });
  t.equal(requests, 2);
  t.match(outcomes[1], { kind: 'failed', wasNotSent: false });
});

t.test('fast: a new connection that breaks before an answer is a failure, told once', async (t) => {
  const room = await startRoom(t, (socket) => socket.resetAndDestroy());
  const { port, outcomes, pools } = await startProxy(t, room.url);
  t.equal((await ask(port)).status, 502);
  t.match(outcomes, [{ kind: 'failed', wasNotSent: false }]);
  t.equal(room.sockets.length, 1);
  t.equal(pools.countOpen(), 0);
});

t.test('fast: nobody there', async (t) => {
  const { port, outcomes } = await startProxy(t, 'http://127.0.0.1:1');
  t.equal((await ask(port)).status, 502);
  t.match(outcomes, [{ kind: 'failed', wasNotSent: true, error: { code: 'ECONNREFUSED' } }]);
});

t.test('fast: each wait has its end: the answer, and silence in the middle of it', async (t) => {
  const room = await startRoom(t, (socket, text) => {
    if (text.startsWith('GET /half')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe');
    if (text.startsWith('GET /trickle')) socket.write('HTTP/1.1 200 OK\r\n');
  });
  const { port, outcomes, pools } = await startProxy(t, room.url, { firstByteMs: 100, idleMs: 100 });
  t.equal((await ask(port, '/silent')).status, 502);
  t.equal((await ask(port, '/trickle')).status, 502);
  await t.rejects(ask(port, '/half'));
  t.match(outcomes, [
    { kind: 'failed', wasNotSent: false, error: { code: 'UPSTREAM_TIMEOUT' } },
    { kind: 'failed', error: { code: 'UPSTREAM_TIMEOUT' } },
    { kind: 'brokeOff', error: { code: 'UPSTREAM_IDLE_TIMEOUT' } },
  ]);
  t.equal(pools.countOpen(), 0);
});

t.test('fast: a client that goes away ends the request to the instance', async (t) => {
  let isClosed: Promise<unknown> = Promise.resolve();
  const room = await startRoom(t, (socket) => {
    isClosed = once(socket, 'close');
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe');
  });
  const { port, outcomes, next } = await startProxy(t, room.url);
  const client = connect(port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(client, 'data');
  const settled = next();
  client.destroy();
  await settled;
  await isClosed;
  t.same(outcomes, [{ kind: 'clientGone' }]);
});

t.test('fast: a client that does not read holds the instance back, and gets everything in the end', async (t) => {
  const total = 64 * 1024 * 1024;
  const piece = Buffer.alloc(1024 * 1024, 'x');
  let written = 0;
  const room = await startRoom(t, (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
    const writeMore = () => {
      while (written < total) {
        written += piece.length;
        if (!socket.write(piece)) return;
      }
    };
    socket.on('drain', writeMore);
    writeMore();
  });
  const { port, outcomes, next } = await startProxy(t, room.url);
  const settled = next();
  const client = connect(port, '127.0.0.1');
  client.pause();
  client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  for (let before = -1; before !== written; await sleep(300)) before = written;
  t.ok(written < total, 'it stopped long before the end');
  let received = 0;
  for await (const chunk of client) received += chunk.length;
  await settled;
  t.ok(received > total);
  t.same(outcomes, [{ kind: 'passed' }]);
});

t.test('fast: idle connections are closed before the instance would, and with their origin', async (t) => {
  const room = await startRoom(t, (socket) => socket.write(ok('hello', 'Keep-Alive: timeout=1')));
  const { port, pools } = await startProxy(t, room.url);
  await ask(port);
  const [socket] = room.sockets;
  if (socket && !socket.destroyed) await once(socket, 'close');
  while (pools.countOpen() > 0) await sleep(1);
  await ask(port);
  t.equal(room.sockets.length, 2);

  const lasting = await startRoom(t, (socket) => socket.write(ok('hello')));
  const second = await startProxy(t, lasting.url);
  await ask(second.port);
  t.equal(second.pools.countOpen(), 1);
  second.pools.keepOnly(new Set([lasting.url]));
  await ask(second.port);
  t.equal(lasting.sockets.length, 1);
  second.pools.keepOnly(new Set());
  while (second.pools.countOpen() > 0) await sleep(1);
});

t.test('fast: bytes that nobody asked for end the connection', async (t) => {
  const room = await startRoom(t, (socket) =>
    socket.write(`${ok('hello')}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`),
  );
  const { port } = await startProxy(t, room.url);
  for (let count = 1; count <= 3; count += 1) {
    t.equal((await ask(port)).body, 'hello');
    t.equal(room.sockets.length, count);
  }
});
