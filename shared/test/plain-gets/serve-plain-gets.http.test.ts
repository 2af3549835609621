import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import t from 'tap';
import type { PlainRequest } from '../../plain-gets/plain-request.ts';
import type { PlainResponse } from '../../plain-gets/plain-response.ts';
import { servePlainGets } from '../../plain-gets/serve-plain-gets.ts';

type Serve = (request: PlainRequest, response: PlainResponse) => void;

const answerPlain: Serve = ({ url }, response) => {
  const body = `plain ${url}`;
  response.writeHead(200, ['content-length', String(body.length)]).end(body);
};

/** A server that says which side answered. */
async function start(
  t: { teardown(step: () => unknown): void },
  serve: Serve = answerPlain,
  isServed?: (head: { url: string }) => boolean,
) {
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.end(`node ${request.url} ${body}`);
  });
  const plain = servePlainGets(server, isServed ? { serve, isServed } : { serve });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, plain, port: (server.address() as AddressInfo).port };
}

/** A client that waits for what it expects to read. */
function open(port: number) {
  const socket: Socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  return {
    socket,
    send: (bytes: string) => socket.write(bytes, 'latin1'),
    async until(wanted: string): Promise<string> {
      while (!text.includes(wanted)) await Promise.race([once(socket, 'data'), once(socket, 'close').then(fail)]);
      const all = text;
      text = '';
      return all;
    },
    async closed(): Promise<string> {
      if (!socket.closed) await once(socket, 'close');
      return text;
    },
  };
  function fail(): never {
    throw new Error(`closed after ${JSON.stringify(text)}`);
  }
}

const get = (path: string, line = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${line}\r\n`;

t.test(
  'plain gets: served one after the other, until something else comes: then Node has the connection',
  async (t) => {
    const { port, plain } = await start(t);
    const client = open(port);
    client.send(get('/1'));
    t.match(
      await client.until('plain /1'),
      /^HTTP\/1\.1 200 OK\r\ncontent-length: 8\r\nDate: .*GMT\r\nConnection: keep-alive\r\n/,
    );
    client.send(get('/2'));
    await client.until('plain /2');
    t.equal(plain.countOpen(), 1);
    client.send('POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab');
    client.send('cd');
    await client.until('node /3 abcd');
    t.equal(plain.countOpen(), 0);
    client.send(get('/4'));
    await client.until('node /4');
    client.socket.destroy();
  },
);

t.test('plain gets: what is odd or cut is for Node to judge', async (t) => {
  const { port } = await start(t);
  const cases: [string[], RegExp][] = [
    [[get('/a').slice(0, 9), get('/a').slice(9)], /node \/a/],
    [[get('/a') + get('/b')], /node \/a [\s\S]*node \/b/],
    [[get('/a').replaceAll('\r\n', '\n')], /^HTTP\/1\.1 400/],
    [[get('/a', 'Host: b\r\n')], /node \/a/],
    [[get('/a', 'Content-Length: 2\r\n'), 'xy'], /node \/a xy/],
    [[get('/a', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n')], /^HTTP\/1\.1 400/],
  ];
  for (const [parts, expected] of cases) {
    const client = open(port);
    for (const part of parts) {
      client.send(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.send(get('/last', 'Connection: close\r\n'));
    t.match(await client.closed(), expected, JSON.stringify(parts[0]));
  }
});

t.test('plain gets: those not served here are lent to the listeners of the server', async (t) => {
  const { server, port, plain } = await start(t, answerPlain, ({ url }) => url === '/mine');
  const closes: string[] = [];
  server.on('request', ({ url }: IncomingMessage, response: ServerResponse) => {
    response.once('close', () => closes.push(`${url} ${response.writableFinished}`));
  });
  const client = open(port);
  client.send(get('/mine'));
  await client.until('plain /mine');
  client.send(get('/lent'));
  t.match(await client.until('node /lent'), /Connection: keep-alive/);
  client.send('HEAD /lent HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.until('\r\n\r\n');
  client.send(get('/mine'));
  await client.until('plain /mine');
  t.equal(plain.countOpen(), 1);
  client.send(get('/lent', 'Connection: close\r\n'));
  t.match(await client.closed(), /Connection: close[\s\S]*node \/lent/);
  t.same(closes, ['/lent true', '/lent true', '/lent true']);
});

t.test('plain gets: a lent request hears of a client that goes away', async (t) => {
  const { server, port } = await start(t, answerPlain, () => false);
  server.removeAllListeners('request');
  const client = open(port);
  client.send(get('/'));
  const [request, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  client.socket.destroy();
  await once(response, 'close');
  t.notOk(response.writableFinished);
  t.ok(request.destroyed);
});

t.test('plain gets: what comes early waits for its turn', async (t) => {
  const inHand: PlainResponse[] = [];
  const { port } = await start(t, (request, response) => {
    if (request.url === '/slow') inHand.push(response);
    else answerPlain(request, response);
  });
  const client = open(port);
  client.send(get('/slow'));
  while (inHand.length === 0) await new Promise((resolve) => setImmediate(resolve));
  client.send(get('/next'));
  client.send(get('/after'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  inHand[0]?.writeHead(200, ['content-length', '4']).end('slow');
  const answers = (await client.until('/after')).match(/slow|\/next|\/after/g);
  t.same(answers, ['slow', '/next', '/after']);
  client.socket.destroy();
});

t.test('plain gets: bodies of all kinds', async (t) => {
  const { port } = await start(t, ({ url }, response) => {
    if (url === '/text') response.writeHead(200, ['content-length', '4']).end('üab');
    else if (url === '/none') response.writeHead(204, []).end();
    else {
      response.writeHead(200, []).flushHeaders();
      response.write(Buffer.from('one'));
      response.end('two');
    }
  });
  const client = open(port);
  client.send(get('/text'));
  t.match(await client.until('ab'), /\r\n\r\n\xc3\xbcab$/);
  client.send(get('/none'));
  t.notMatch(await client.until('\r\n\r\n'), /transfer|length/i);
  client.send(get('/chunks'));
  t.match(
    await client.until('0\r\n\r\n'),
    /Transfer-Encoding: chunked[\s\S]*\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n$/,
  );
  client.send('HEAD /chunks HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  t.match(await client.closed(), /^HTTP\/1\.1 200 OK\r\nDate: [^\r]*\r\nConnection: close\r\n\r\n$/);
});

t.test('plain gets: headers that HTTP does not allow are refused', async (t) => {
  const problems: unknown[] = [];
  const { port } = await start(t, (_request, response) => {
    for (const headers of [
      ['a', 'b\r\nc: d'],
      ['a b', 'c'],
      ['Transfer-Encoding', 'gzip'],
      ['a', '€'],
    ]) {
      try {
        response.writeHead(200, headers);
      } catch (error) {
        problems.push(error);
      }
    }
    response.writeHead(200, ['content-length', '2', 'connection', 'close']).end('ok');
  });
  const client = open(port);
  client.send(get('/'));
  t.match(await client.closed(), /connection: close\r\nDate: [^\r]*\r\n\r\nok$/);
  t.equal(problems.length, 4);
});

t.test('plain gets: a client that goes away closes its answer; one that reads slowly is waited for', async (t) => {
  const events: string[] = [];
  const piece = Buffer.alloc(1024 * 1024, 'x');
  let left = 64;
  const { port } = await start(t, ({ url }, response) => {
    response.once('close', () => events.push(`${url} ${response.writableFinished}`));
    if (url !== '/large') return;
    response.writeHead(200, ['content-length', String(left * piece.length)]);
    const send = () => {
      while (left > 0) {
        left -= 1;
        if (!response.write(piece) && left > 0) {
          response.once('drain', send);
          return;
        }
      }
      response.end();
    };
    send();
  });
  const client = open(port);
  client.send(get('/gone'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  client.socket.destroy();
  const reader = connect(port, '127.0.0.1');
  let bytes = 0;
  reader.write(get('/large', 'Connection: close\r\n'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.ok(left > 0, 'it waits for its reader');
  reader.on('data', (chunk) => {
    bytes += chunk.length;
  });
  await once(reader, 'close');
  t.ok(bytes > 64 * piece.length);
  t.same(events, ['/gone false', '/large true']);
});

t.test('plain gets: closing ends idle connections at once and others with their answer', async (t) => {
  const inHand: PlainResponse[] = [];
  const { server, port } = await start(t, (request, response) => {
    if (request.url === '/slow') inHand.push(response);
    else answerPlain(request, response);
  });
  const [fresh, idle, busy] = [open(port), open(port), open(port)];
  idle.send(get('/'));
  await idle.until('plain /');
  busy.send(get('/slow'));
  while (inHand.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const closed = once(server, 'close');
  server.close();
  await Promise.all([fresh.closed(), idle.closed()]);
  inHand[0]?.writeHead(200, ['content-length', '4']).end('done');
  t.match(await busy.closed(), /done$/);
  await closed;
});

t.test('plain gets: who is silent for too long is closed', async (t) => {
  const { server, port, plain } = await start(t);
  server.keepAliveTimeout = 1;
  server.headersTimeout = 1;
  const [fresh, idle] = [open(port), open(port)];
  idle.send(get('/'));
  await Promise.all([fresh.closed(), idle.closed()]);
  while (plain.countOpen() > 0) await new Promise((resolve) => setImmediate(resolve));
});
