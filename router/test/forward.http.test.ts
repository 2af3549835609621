import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { ask, createVisitor, startGateway, startUpstream, upstreamAt } from './start-gateway.ts';

const deadAt = async (name: string) => upstreamAt('booking', { name, url: `http://127.0.0.1:${await findFreePort()}` });

t.test('forward: a refused connection is tried elsewhere, for any method', async (t) => {
  const alive = await startUpstream(t, 'alive');
  const upstreams = { booking: [await deadAt('dead'), upstreamAt('booking', alive)] };
  // Such a draw looks at the dead one first.
  const { port, failures } = await startGateway(t, upstreams, { random: () => 0 });
  t.match(await ask(port, '/'), { status: 200, body: 'alive' });
  t.match(await ask(port, '/form', { method: 'POST', body: 'a=b' }), { status: 200, body: 'alive' });
  t.equal(alive.seen[1]?.body, 'a=b');
  t.same(
    failures.map(({ instance }) => instance),
    ['dead', 'dead'],
  );
});

t.test('forward: nobody to be reached is told with a code', async (t) => {
  const { port, state } = await startGateway(t, { booking: [await deadAt('a'), await deadAt('b')] });
  t.match(await ask(port, '/'), { status: 502, body: /"code":"UPSTREAM_REFUSED"/ });
  state.upstreams = { ...state.upstreams, booking: [] };
  t.match(await ask(port, '/'), { status: 503, body: /"code":"NO_CAPACITY"/, headers: { 'retry-after': '5' } });
  t.match(await ask(port, '/system'), { status: 503, body: /"code":"NO_ADMIN"/ });
});

t.test('forward: an instance that dies before its answer: GET goes elsewhere, POST does not', async (t) => {
  const dying = await startUpstream(t, 'dying', (incoming) => incoming.socket.destroy());
  const alive = await startUpstream(t, 'alive');
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', dying), upstreamAt('booking', alive)] });
  t.match(await ask(port, '/'), { status: 200, body: 'alive' });
  t.match(await ask(port, '/', { method: 'POST', body: 'x' }), { status: 502, body: /"code":"UPSTREAM_RESET"/ });
  t.equal(alive.seen.length, 1);
});

t.test('forward: silence is a 504', async (t) => {
  const silent = await startUpstream(t, 'silent', () => {});
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', silent)] });
  t.match(await ask(port, '/'), { status: 504, body: /"code":"UPSTREAM_TIMEOUT"/ });
});

t.test('forward: an answer that breaks off breaks off for the client as well', async (t) => {
  const breaking = await startUpstream(t, 'breaking', (_incoming, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setTimeout(() => response.destroy(), 50);
  });
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', breaking)] });
  await t.rejects(ask(port, '/'));
});

t.test('forward: a client that goes away ends the request at the instance', async (t) => {
  const gone = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const waiting = await startUpstream(t, 'slow', (_incoming, response) => {
    asked.resolve();
    response.on('close', () => gone.resolve());
  });
  const upstream = upstreamAt('booking', waiting);
  const { port } = await startGateway(t, { booking: [upstream] });
  const sent = request({ port, host: '127.0.0.1', path: '/' });
  sent.on('error', () => {});
  sent.end();
  await asked.promise;
  t.equal(upstream.own.inFlight, 1);
  sent.destroy();
  await gone.promise;
  while (upstream.own.inFlight > 0) await delay(5);
  t.equal(upstream.own.inFlight, 0);
});

t.test('forward: bodies stream both ways with back-pressure', async (t) => {
  const size = 32 * 1024 * 1024;
  const echo = await startUpstream(t, 'echo', (incoming, response) => incoming.pipe(response));
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', echo)] });
  const sent = request({ port, host: '127.0.0.1', path: '/echo', method: 'POST', agent: false });
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const writing = (async () => {
    for (let written = 0; written < size; written += chunk.length) {
      if (!sent.write(chunk)) await once(sent, 'drain');
    }
    sent.end();
  })();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let received = 0;
  for await (const part of answer) received += part.length;
  await writing;
  t.equal(received, size);
});

t.test('forward: a slow reader holds the instance back instead of filling memory', async (t) => {
  let written = 0;
  const fast = await startUpstream(t, 'fast', (_incoming, response) => {
    const chunk = Buffer.alloc(64 * 1024);
    const pump = () => {
      while (written < 256 * 1024 * 1024) {
        written += chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', pump);
          return;
        }
      }
    };
    pump();
    response.on('close', () => response.removeAllListeners('drain'));
  });
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', fast)] });
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'readable');
  let before = -1;
  while (before !== written) {
    before = written;
    await delay(200);
  }
  t.ok(written < 64 * 1024 * 1024, `${written} bytes under way`);
  socket.destroy();
});

t.test('forward: event streams arrive at once and leave the requests in flight', async (t) => {
  const events = await startUpstream(t, 'events', (_incoming, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    setTimeout(() => response.write('data: 1\n\n'), 50);
  });
  const upstream = upstreamAt('waiting-room', events);
  const { port, meter, streams } = await startGateway(t, { 'waiting-room': [upstream] });
  const sent = request({ port, host: '127.0.0.1', path: '/queue/events', headers: { cookie: createVisitor().cookie } });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  t.equal(upstream.own.inFlight, 0);
  t.match(meter.read(), { inFlight: 0, streams: 1 });
  const [first] = await once(answer, 'data');
  t.equal(String(first), 'data: 1\n\n');
  const cut = once(answer, 'error');
  streams.cutAll();
  await cut;
  while (meter.read().streams > 0) await delay(5);
  t.equal(meter.read().streams, 0);
});

t.test('forward: an answer that comes before the body was sent is passed on', async (t) => {
  const hasty = await startUpstream(t, 'hasty', (incoming, response) => {
    response.writeHead(413).end('too large');
    incoming.resume();
  });
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', hasty)] });
  for (let count = 0; count < 20; count += 1) {
    const answer = await ask(port, '/', { method: 'POST', body: 'x'.repeat(2_000_000) });
    t.match(answer, { status: 413, body: 'too large' });
  }
});

t.test('forward: HEAD, 204 and 304 have no body, the connection goes on', async (t) => {
  const room = await startUpstream(t, 'room', (incoming, response) => {
    const status = Number(incoming.url?.slice(1));
    if (status > 0) response.writeHead(status, { etag: '"1"' }).end();
    else response.writeHead(200, { 'content-length': '5' }).end(incoming.method === 'HEAD' ? undefined : 'hello');
  });
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  t.match(await ask(port, '/', { method: 'HEAD' }), { status: 200, body: '', headers: { 'content-length': '5' } });
  t.match(await ask(port, '/204'), { status: 204, body: '' });
  t.match(await ask(port, '/304'), { status: 304, body: '', headers: { etag: '"1"' } });
});

t.test('forward: with the waiting-room gone a page of the gateway waits, in the language of the visitor', async (t) => {
  const { port } = await startGateway(t, {});
  const { cookie } = createVisitor();
  const page = await ask(port, '/ticketing', { headers: { cookie, accept: 'text/html', 'accept-language': 'ko-KR' } });
  t.match(page, {
    status: 503,
    body: /<html lang="ko">/,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'private, no-store',
      refresh: '5',
      'retry-after': '5',
      'content-security-policy': /default-src 'none'/,
    },
  });
  const json = await ask(port, '/ticketing', { headers: { cookie, accept: 'application/json' } });
  t.match(json, { status: 503, body: /"code":"NO_WAITING_ROOM"/ });
  t.match(await ask(port, '/queue/status', { headers: { cookie } }), { status: 503, body: /NO_WAITING_ROOM/ });
});

async function askRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(text);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

t.test('forward: what is no proper request is refused with a code and the connection closed', async (t) => {
  const room = await startUpstream(t, 'room');
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  const refused: Record<string, string> = {
    'no host': 'GET / HTTP/1.1\r\n\r\n',
    'two hosts': 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'two lengths': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
    'length and chunks':
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'bad chunk': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    nonsense: 'nonsense\r\n\r\n',
  };
  for (const [name, text] of Object.entries(refused)) {
    const answer = await askRaw(port, text);
    t.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/, name);
    t.match(answer, /"code":"BAD_REQUEST"/, name);
    t.match(answer, /connection: close/i, name);
  }
  const large = await askRaw(port, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
  t.match(large, /^HTTP\/1\.1 431 /);
  t.match(large, /"code":"HEADERS_TOO_LARGE"/);
  t.match(await askRaw(port, 'TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 405 /);
  t.notOk(room.seen.some(({ body }) => body.includes('GET')));
});
