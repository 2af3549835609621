import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { exchangeRaw, type RawConnection, startRawUpstream } from './raw-peers.ts';
import { createVisitor, currentMinute, identities, startGateway, upstreamAt } from './start-gateway.ts';

const askForTunnel = (cookie: string, path = '/live') =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nCookie: ${cookie}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
const agreement =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';

/** Agrees, greets in the same packet, and sends back what comes. */
function echo(connection: RawConnection): void {
  const { socket, pending } = connection;
  if (pending === '') return;
  connection.pending = '';
  socket.write(pending.startsWith('GET ') ? `${agreement}hello` : pending, 'latin1');
}

async function readUntil(socket: Socket, pattern: RegExp): Promise<string> {
  let text = '';
  while (!pattern.test(text)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString('latin1');
  }
  return text;
}

async function openTunnel(port: number, cookie: string, path?: string): Promise<{ socket: Socket; head: string }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(askForTunnel(cookie, path));
  return { socket, head: await readUntil(socket, /hello$/) };
}

t.test('tunnel: a WebSocket goes through with the identity, byte for byte, and counts as a stream', async (t) => {
  const room = await startRawUpstream(t, echo);
  const upstream = upstreamAt('booking', room);
  const { port, streams, meter, metrics, activity } = await startGateway(t, { booking: [upstream] });
  const { cookie, visitorId } = createVisitor();
  const { socket, head } = await openTunnel(port, cookie);
  t.match(head, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
  t.match(head, /\r\nconnection: upgrade\r\n/i);
  t.match(head, /\r\nupgrade: websocket\r\n/i);
  t.match(head, /\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/i);
  const asked = room.connections[0]?.received ?? '';
  t.match(asked, /^GET \/live HTTP\/1\.1\r\n/);
  t.match(asked, /\r\nconnection: upgrade\r\n/i);
  t.match(asked, /\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n/i);
  const identity = /x-fairline-visitor: (\S+)/.exec(asked)?.[1];
  t.match(identities.verify(identity, currentMinute()), { visitorId });
  t.notMatch(asked, /cookie/i);
  t.equal(upstream.own.inFlight, 0);
  t.match(meter.read(), { inFlight: 0, streams: 1 });
  const gauge = await metrics.registry.getSingleMetricAsString('fairline_gateway_streams');
  t.match(gauge, /\{instance="raw",kind="tunnel".*\} 1$/m);

  socket.write('\x00\xff ping', 'latin1');
  t.equal(await readUntil(socket, /ping$/), '\x00\xff ping');
  t.same(activity.used, [visitorId], 'what a visitor sends keeps the place');
  room.connections[0]?.socket.end('bye');
  t.equal(await readUntil(socket, /bye$/), 'bye');
  await once(socket, 'close');
  while (meter.read().streams > 0) await new Promise(setImmediate);
  t.equal(streams.read().size, 0);
});

t.test('tunnel: each end of it ends the other', async (t) => {
  const room = await startRawUpstream(t, echo);
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  const { socket } = await openTunnel(port, createVisitor().cookie);
  socket.destroy();
  await room.connections[0]?.closed;
  t.ok(room.connections[0]?.isClosed);
});

t.test('tunnel: a client that gives up before the answer cancels the request', async (t) => {
  const asked = Promise.withResolvers<RawConnection>();
  const room = await startRawUpstream(t, (connection) => asked.resolve(connection));
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  const socket = connect(port, '127.0.0.1');
  socket.write(askForTunnel(createVisitor().cookie));
  const connection = await asked.promise;
  socket.destroy();
  await connection.closed;
  t.ok(connection.isClosed);
});

t.test('tunnel: a refusal by the instance is passed on, and the connection ends with it', async (t) => {
  const room = await startRawUpstream(t, ({ socket }) => {
    socket.write('HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 8\r\nContent-Length: 4\r\n\r\nno 8');
  });
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  const answer = await exchangeRaw(
    port,
    askForTunnel(createVisitor().cookie),
    'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
  );
  t.match(answer, /^HTTP\/1\.1 426 Upgrade Required\r\n/);
  t.match(answer, /\r\nconnection: close\r\n[\s\S]*no 8$/i);
  t.notMatch(room.connections[0]?.received, /smuggled/);
});

t.test('tunnel: an instance that changes to another protocol has failed', async (t) => {
  const room = await startRawUpstream(t, ({ socket }) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
  });
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  t.match(await exchangeRaw(port, askForTunnel(createVisitor().cookie)), /^HTTP\/1\.1 502 [\s\S]*UPSTREAM_MALFORMED/);
});

t.test('tunnel: those without a place are refused as with any request', async (t) => {
  const { port } = await startGateway(t, {});
  const answer = await exchangeRaw(port, askForTunnel(createVisitor().cookie, '/api/booking/live'));
  t.match(answer, /^HTTP\/1\.1 403 [\s\S]*"code":"NOT_BOOKED"/);
});

t.test('tunnel: CONNECT is refused', async (t) => {
  const { port } = await startGateway(t, {});
  const answer = await exchangeRaw(port, 'CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n');
  t.match(answer, /^HTTP\/1\.1 405 [\s\S]*"code":"METHOD_NOT_ALLOWED"/);
});

t.test('tunnel: one instance holds so many, the next one gets the next, and then there is no room', async (t) => {
  const first = await startRawUpstream(t, echo);
  const second = await startRawUpstream(t, echo);
  const { port, streams } = await startGateway(
    t,
    {
      booking: [
        upstreamAt('booking', { ...first, name: 'first' }),
        upstreamAt('booking', { ...second, name: 'second' }),
      ],
    },
    { streamLimits: { events: 1, tunnel: 1 } },
  );
  const { cookie } = createVisitor();
  const { socket } = await openTunnel(port, cookie);
  await openTunnel(port, cookie);
  t.same([...streams.read().keys()].sort(), ['first', 'second']);
  t.match(await exchangeRaw(port, askForTunnel(cookie)), /^HTTP\/1\.1 503 [\s\S]*"code":"STREAMS_FULL"/);
  socket.destroy();
  while (streams.read().size > 1) await new Promise(setImmediate);
  const { socket: again } = await openTunnel(port, cookie);
  t.equal(streams.read().size, 2);
  again.destroy();
});

t.test('tunnel: what visitors have open to booking is cut when they must not go on', async (t) => {
  const room = await startRawUpstream(t, echo);
  const { port, streams } = await startGateway(t, { booking: [upstreamAt('booking', room)] });
  const revoked = createVisitor();
  const other = createVisitor();
  const { socket } = await openTunnel(port, revoked.cookie);
  const { socket: kept } = await openTunnel(port, other.cookie);
  streams.cutVisitors([revoked.visitorId], 'waiting-room');
  streams.cutVisitors([revoked.visitorId], 'booking');
  await once(socket, 'close');
  kept.write('still here');
  t.equal(await readUntil(kept, /here$/), 'still here');
  kept.destroy();
});

t.test('tunnel: silence on both sides ends it', async (t) => {
  const room = await startRawUpstream(t, echo);
  const { port } = await startGateway(
    t,
    { booking: [upstreamAt('booking', room)] },
    { timeouts: { tunnelIdleMs: 60 } },
  );
  const { socket } = await openTunnel(port, createVisitor().cookie);
  await once(socket, 'close');
  await room.connections[0]?.closed;
  t.ok(room.connections[0]?.isClosed);
});
