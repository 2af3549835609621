import type { ServerResponse } from 'node:http';
import { request } from 'node:http';
import t from 'tap';
import { defaultGuardSettings } from '../limits/guards.ts';
import { ask, startGateway, startUpstream, upstreamAt } from './start-gateway.ts';

/** Soon, so that nobody waits for the test; the machine may be slow all the same. */
const guarding = {
  ...defaultGuardSettings,
  silence: { maxUnanswered: 3, afterMs: 200, slowestFactor: 3 },
  retryBudget: { maxRatio: 1, floor: 10 },
};

t.test('a hung instance: pages that it holds come from another, what may not be sent twice waits', async (t) => {
  const held: ServerResponse[] = [];
  const hung = await startUpstream(t, 'hung', (_request, response) => held.push(response));
  const well = await startUpstream(t, 'well');
  const [hungAt, wellAt] = [upstreamAt('booking', hung), upstreamAt('booking', well)];
  const { port, state, failures } = await startGateway(
    t,
    { booking: [hungAt] },
    { guarding, timeouts: { firstByteMs: 60_000 } },
  );
  const pages = ['/a', '/b', '/c', '/d'].map((path) => ask(port, path));
  const others = [
    ask(port, '/lookup', { headers: { accept: 'text/event-stream' } }),
    ask(port, '/act', { method: 'POST' }),
  ];
  while (held.length < 6) await new Promise((resolve) => setImmediate(resolve));
  state.upstreams = { ...state.upstreams, booking: [hungAt, wellAt] };
  for (const page of await Promise.all(pages)) t.match(page, { status: 200, body: 'well' });
  t.match(await others[0], { status: 200, body: 'well' }, 'by the other way of forwarding as well');
  t.same(well.seen.map(({ url }) => url).sort(), ['/a', '/b', '/c', '/d', '/lookup']);
  t.equal(hungAt.own.silence, 'silent');
  t.equal(hungAt.own.unanswered.size, 6, 'it still has them all');
  t.equal((await ask(port, '/e')).body, 'well', 'it gets no more');

  for (const response of held) response.end('late');
  t.match(await others[1], { status: 200, body: 'late' });
  while (hungAt.own.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
  t.equal(hungAt.own.silence, 'heard');
  t.ok(hungAt.own.isOnProbation, 'one request at a time, until that is answered');
  t.same(failures, []);
});

t.test('clients that are slow with their uploads make no instance look hung', async (t) => {
  const room = await startUpstream(t, 'room', (incoming, response) =>
    incoming.resume().on('end', () => response.end('all')),
  );
  const upstream = upstreamAt('booking', room);
  const { port } = await startGateway(t, { booking: [upstream] }, { guarding });
  const uploads = Array.from({ length: 5 }, () => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path: '/upload', agent: false });
    sent.write('a part');
    return sent;
  });
  while (room.seen.length < uploads.length) await new Promise((resolve) => setImmediate(resolve));
  t.equal(upstream.own.inFlight, 5);
  t.equal(upstream.own.unanswered.size, 0);
  for (const upload of uploads) {
    const answered = new Promise((resolve) => upload.once('response', resolve));
    upload.end();
    t.match(await answered, { statusCode: 200 });
  }
});
