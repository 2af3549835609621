import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import t from 'tap';
import { exchangeRaw, isComplete, startRawUpstream } from './raw-peers.ts';
import { ask, startGateway, startUpstream, upstreamAt } from './start-gateway.ts';

const expecting = (length: number) =>
  `POST /form HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;

t.test('expect: the instance itself answers it, and only then the body is sent', async (t) => {
  const room = await startRawUpstream(t, ({ socket, pending }) => {
    if (pending.endsWith('\r\n\r\n')) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    else if (isComplete(pending)) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  const socket = connect(port, '127.0.0.1');
  socket.write(expecting(3));
  t.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 100 Continue\r\n\r\n$/);
  t.match(room.connections[0]?.received, /\r\nexpect: 100-continue\r\n/i);
  t.notMatch(room.connections[0]?.received, /abc/);
  socket.write('abc');
  const answer = String((await once(socket, 'data'))[0]);
  t.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  t.notMatch(answer, /connection: close/i);
  socket.destroy();
});

t.test('expect: a refusal by the instance is passed on, no body is read, and the connection ends', async (t) => {
  const room = await startRawUpstream(t, ({ socket }) => {
    socket.write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig');
  });
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  const answer = await exchangeRaw(port, expecting(40));
  t.match(answer, /^HTTP\/1\.1 413 [\s\S]*connection: close[\s\S]*big$/i);
  t.notMatch(answer, /100 Continue/);
});

t.test('expect: what the gateway refuses itself is not read either', async (t) => {
  const { port } = await startGateway(t, {});
  const refused = await exchangeRaw(
    port,
    'POST /ticketing HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 40\r\n\r\n',
  );
  t.match(refused, /^HTTP\/1\.1 403 [\s\S]*connection: close/i);
  t.notMatch(refused, /100 Continue/);
  const other = await exchangeRaw(port, 'POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 3\r\n\r\n');
  t.match(other, /^HTTP\/1\.1 417 [\s\S]*"code":"EXPECTATION_FAILED"/);
});

t.test('expect: an instance that does not know it gets the body all the same', async (t) => {
  const room = await startRawUpstream(t);
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  const socket = connect(port, '127.0.0.1');
  socket.write(expecting(3));
  t.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 100 Continue/);
  socket.write('abc');
  t.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 200 OK/);
  socket.destroy();
});

t.test('trailers: they cross in both directions, without those that may not be there', async (t) => {
  const room = await startRawUpstream(t, (connection) => {
    if (!isComplete(connection.pending)) return;
    connection.pending = '';
    connection.socket.write(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum, Set-Cookie\r\n\r\n' +
        '2\r\nok\r\n0\r\nX-Sum: 42\r\nSet-Cookie: visitor_id=forged\r\nX-Fairline-Booked: 1;2\r\n\r\n',
    );
  });
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  const head = 'POST /form HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n';
  const body = '3\r\nabc\r\n0\r\nX-Sent: 7\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n';
  const answer = await exchangeRaw(port, `${head}TE: trailers\r\nTrailer: X-Sent, X-Forwarded-For\r\n\r\n${body}`);
  t.match(answer, /\r\ntrailer: X-Sum\r\n/i);
  t.match(answer, /\r\n0\r\nX-Sum: 42\r\n\r\n$/);
  const sent = room.connections[0]?.received ?? '';
  t.match(sent, /\r\nte: trailers\r\n/i);
  t.match(sent, /\r\ntrailer: X-Sent\r\n/i);
  t.match(sent, /3\r\nabc\r\n0\r\nX-Sent: 7\r\n\r\n$/);

  const without = await exchangeRaw(port, `${head}\r\n3\r\nabc\r\n0\r\n\r\n`);
  t.notMatch(without, /X-Sum/i, 'a client that does not take them gets none');
  const pooled = await exchangeRaw(port, 'GET /form HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTE: trailers\r\n\r\n');
  t.match(pooled, /\r\n0\r\nX-Sum: 42\r\n\r\n$/);
});

t.test('early hints pass, other interim answers do not', async (t) => {
  const room = await startRawUpstream(t, ({ socket }) => {
    socket.write(
      'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nSet-Cookie: a=b\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n',
    );
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  const answer = await exchangeRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  t.match(answer, /^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a\.css>; rel=preload\r\n\r\nHTTP\/1\.1 200 OK\r\n/i);
  const old = await exchangeRaw(port, 'GET / HTTP/1.0\r\nHost: a\r\n\r\n');
  t.match(old, /^HTTP\/1\.1 200 OK\r\n/);
});

t.test('trace context, the way so far and the request id reach the instance', async (t) => {
  const room = await startUpstream(t, 'room');
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] }, { trustedProxies: ['127.0.0.1'] });
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await ask(port, '/', {
    headers: {
      ...{ traceparent, tracestate: 'a=1,b=2', 'x-request-id': 'mine', via: '1.1 front' },
      forwarded: 'for=203.0.113.9;proto=https;host=tickets.example',
    },
  });
  t.match(room.seen[0]?.headers, {
    ...{ traceparent, tracestate: 'a=1,b=2', 'x-request-id': 'mine', via: '1.1 front, 1.1 fairline' },
    'x-forwarded-for': '203.0.113.9, 127.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'tickets.example',
    forwarded: 'for=203.0.113.9;host="tickets.example";proto=https, for=127.0.0.1',
  });
  await ask(port, '/');
  t.equal(room.seen[1]?.headers.traceparent, undefined, 'none is made up');
});

t.test('timeouts: each has a code of its own', async (t) => {
  const silent = await startRawUpstream(t, () => {});
  const timeouts = { connectMs: 200, firstByteMs: 1000, idleMs: 300 };
  const { port, state, failures } = await startGateway(t, { booking: [upstreamAt('booking', silent)] }, { timeouts });
  t.match(await ask(port, '/form', { method: 'POST', body: 'abc' }), { status: 504, body: /"UPSTREAM_TIMEOUT"/ });

  const halfway = await startRawUpstream(t, ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
  });
  state.upstreams = { ...state.upstreams, booking: [upstreamAt('booking', halfway)] };
  await t.rejects(ask(port, '/'), 'an answer that falls silent breaks off');
  t.match(failures.at(-1)?.message, /body timeout|fell silent/i);

  // A socket that is never read takes what fits into its buffers, and then no more.
  const stuck = await startRawUpstream(t, ({ socket }) => void socket.pause());
  state.upstreams = { ...state.upstreams, booking: [upstreamAt('booking', stuck)] };
  const sent = request({ port, host: '127.0.0.1', path: '/form', method: 'POST', agent: false });
  sent.on('error', () => {});
  const chunk = Buffer.alloc(1024 * 1024);
  const pump = () => {
    while (!sent.destroyed && sent.write(chunk));
  };
  sent.on('drain', pump);
  pump();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  answer.on('error', () => {});
  answer.on('data', (part) => {
    text += part;
  });
  await Promise.race([once(answer, 'end'), once(answer, 'close')]);
  t.match([answer.statusCode, text], [504, /"UPSTREAM_IDLE_TIMEOUT"/]);
  sent.destroy();

  const idle = await exchangeRaw(port, 'POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab');
  t.match(idle, /^HTTP\/1\.1 408 [\s\S]*"REQUEST_TIMEOUT"/, 'a client that falls silent is told so');
});

t.test('timeouts: a connection that does not come about has one of its own', async (t) => {
  // It takes the connection and leaves it at that: TLS never comes to stand.
  const mute = await startRawUpstream(t, () => {});
  const upstream = upstreamAt('booking', { name: 'mute', url: mute.url.replace('http:', 'https:') });
  const { port } = await startGateway(t, { booking: [upstream] }, { timeouts: { connectMs: 100 } });
  const told = { status: 503, headers: { 'retry-after': '1' }, body: /"UPSTREAM_CONNECT_TIMEOUT"/ };
  t.match(await ask(port, '/'), told);
  t.match(await ask(port, '/', { method: 'POST', body: 'x' }), told);
  t.match(await exchangeRaw(port, expecting(3)), /^HTTP\/1\.1 503 [\s\S]*"UPSTREAM_CONNECT_TIMEOUT"/);
});
