import { request, type ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import type { Upstream } from '../balancing/upstream-set.ts';
import { defaultGuardSettings } from '../limits/guards.ts';
import { ask, createVisitor, identityIn, startGateway, startUpstream, upstreamAt } from './start-gateway.ts';

const failing = (_incoming: unknown, response: ServerResponse) => response.writeHead(500).end('broken');

/** Good times with these instances first, so that there is a budget for retries, then the others join. */
async function startAfterGoodTimes(
  t: Parameters<typeof startGateway>[0],
  good: Upstream,
  others: Upstream[],
  options: Parameters<typeof startGateway>[2] = {},
) {
  const gateway = await startGateway(t, { booking: [good] }, options);
  for (let count = 0; count < 50; count += 1) await ask(gateway.port, '/good-times');
  gateway.state.upstreams = { ...gateway.state.upstreams, booking: [...others, good] };
  return gateway;
}

async function readMetric(metrics: { registry: { metrics(): Promise<string> } }, name: string): Promise<number> {
  const text = await metrics.registry.metrics();
  const values = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return values.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

t.test('guards: of an instance that always fails nobody notices, and it is left out', async (t) => {
  const bad = await startUpstream(t, 'bad', failing);
  const good = await startUpstream(t, 'good');
  const [sick, well] = [upstreamAt('booking', bad), upstreamAt('booking', good)];
  const { port, metrics } = await startAfterGoodTimes(t, well, [sick], { random: Math.random });
  for (let count = 0; count < 60; count += 1)
    t.match(await ask(port, `/page-${count % 3}`), { status: 200, body: 'good' });
  t.ok(sick.own.ejectedUntilMs > 0);
  t.equal(well.own.ejectedUntilMs, Number.NEGATIVE_INFINITY);
  t.equal(bad.seen.length, 5);
  t.equal(await readMetric(metrics, 'fairline_gateway_ejections_total'), 1);
  t.equal(await readMetric(metrics, 'fairline_gateway_ejected_instances'), 1);
  t.equal(await readMetric(metrics, 'fairline_gateway_retries_total'), 5);
});

t.test('guards: a failure is told as it is where asking twice could do something twice', async (t) => {
  const bad = await startUpstream(t, 'bad', failing);
  const good = await startUpstream(t, 'good');
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', bad), upstreamAt('booking', good)] });
  t.match(await ask(port, '/', { method: 'POST', body: 'x' }), { status: 500, body: 'broken' });
  t.match(await ask(port, '/', { method: 'PUT', body: 'x' }), { status: 500, body: 'broken' });
  t.equal(good.seen.length, 0);
});

t.test('guards: a path that is broken everywhere, and a visitor whom nothing works for, eject nobody', async (t) => {
  const { visitorId, cookie } = createVisitor();
  const rooms = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      startUpstream(t, name, (incoming, response, seen) => {
        const isBroken = incoming.url === '/broken' || identityIn(seen)?.visitorId === visitorId;
        response.writeHead(isBroken ? 500 : 200).end(isBroken ? 'broken' : name);
      }),
    ),
  );
  const upstreams = rooms.map((room) => upstreamAt('booking', room));
  const { port } = await startGateway(t, { booking: upstreams }, { random: Math.random });
  for (let count = 0; count < 40; count += 1) {
    t.match(await ask(port, '/broken', { headers: { cookie: createVisitor().cookie } }), { status: 500 });
    t.match(await ask(port, `/${count}`, { headers: { cookie } }), { status: 500 });
  }
  t.match(await ask(port, '/'), { status: 200 });
  for (const { id, own } of upstreams) t.equal(own.ejectedUntilMs, Number.NEGATIVE_INFINITY, id);
});

t.test('guards: an instance that refuses connections is left out, whatever is asked of it', async (t) => {
  const good = await startUpstream(t, 'good');
  const dead = upstreamAt('booking', { name: 'dead', url: `http://127.0.0.1:${await findFreePort()}` });
  const { port, failures } = await startAfterGoodTimes(t, upstreamAt('booking', good), [dead]);
  for (let count = 0; count < 20; count += 1) {
    t.match(await ask(port, '/', { method: 'POST', body: 'x' }), { status: 200, body: 'good' });
  }
  t.equal(failures.length, 5);
  t.ok(dead.own.ejectedUntilMs > 0);
});

t.test('guards: an instance that hangs costs its timeout, not an error, and is left out', async (t) => {
  const hung = await startUpstream(t, 'hung', () => {});
  const good = await startUpstream(t, 'good');
  const sick = upstreamAt('booking', hung);
  const options = { random: Math.random, timeouts: { firstByteMs: 100 } };
  const { port } = await startAfterGoodTimes(t, upstreamAt('booking', good), [sick], options);
  for (let count = 0; sick.own.ejectedUntilMs < 0 && count < 100; count += 1) {
    t.match(await ask(port, '/'), { status: 200, body: 'good' });
  }
  t.equal(hung.seen.length, 5);
});

t.test('guards: clients who break off in the middle of a body are no failures of the instance', async (t) => {
  const room = await startUpstream(t, 'room', (incoming) => incoming.resume());
  const upstream = upstreamAt('booking', room);
  const { port } = await startGateway(t, { booking: [upstream, upstreamAt('booking', await startUpstream(t, 'b'))] });
  for (let count = 0; count < 10; count += 1) {
    const headers = { 'content-length': '100000', cookie: createVisitor().cookie };
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path: `/${count}`, headers, agent: false });
    sent.on('error', () => {});
    const before = room.seen.length;
    sent.write('half');
    while (room.seen.length === before) await nextTurn();
    sent.destroy();
    while (upstream.own.inFlight > 0) await nextTurn();
  }
  t.equal(upstream.own.ejectedUntilMs, Number.NEGATIVE_INFINITY);
  t.same(upstream.own.failures, []);
});

t.test('guards: a short body is read before anybody is asked: a slow client holds no instance', async (t) => {
  const room = await startUpstream(t, 'room');
  const upstream = { ...upstreamAt('booking', room), capacity: 1 };
  const { port } = await startGateway(t, { booking: [upstream] });
  const headers = { 'content-length': '8', cookie: createVisitor().cookie };
  const slow = ['/left', '/ended'].map((path) => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path, headers, agent: false });
    sent.on('error', () => {});
    sent.write('half');
    return sent;
  });
  // Others are served meanwhile, though the instance takes one request at a time.
  for (let count = 0; count < 10; count += 1) t.match(await ask(port, '/'), { status: 200, body: 'room' });
  t.equal(upstream.own.unanswered.size, 0);
  const before = room.seen.length;
  slow[0]?.destroy();
  const answered = new Promise((resolve) => slow[1]?.once('response', resolve));
  slow[1]?.end('more');
  t.match(await answered, { statusCode: 200 });
  t.equal(room.seen.length, before + 1, 'what was left in the middle was never sent');
  t.same(upstream.own.failures, []);
});

t.test('guards: a short body that could not be sent to one instance goes to another', async (t) => {
  const gone = upstreamAt('booking', await startUpstream(t, 'gone'));
  const echo = await startUpstream(t, 'echo', (incoming, response) => incoming.pipe(response));
  const { port } = await startAfterGoodTimes(t, upstreamAt('booking', echo), [{ ...gone, url: 'http://127.0.0.1:1' }]);
  for (let count = 0; count < 10; count += 1) {
    const body = `body ${count}`;
    t.match(await ask(port, '/', { method: 'POST', body }), { status: 200, body });
  }
  t.ok(gone.own.failures.length > 0 || gone.own.ejectedUntilMs > 0, 'it was tried');
});

const full = (_incoming: unknown, response: ServerResponse) =>
  response.writeHead(503, { 'x-fairline-full': '1', 'retry-after': '1' }).end('full');

t.test('guards: full is not sick: another instance is asked, also what may be done once only', async (t) => {
  const crowded = await startUpstream(t, 'crowded', full);
  const good = await startUpstream(t, 'good');
  const upstream = upstreamAt('booking', crowded);
  const { port } = await startAfterGoodTimes(t, upstreamAt('booking', good), [upstream]);
  for (let count = 0; count < 10; count += 1) {
    t.match(await ask(port, '/', { method: count % 2 ? 'POST' : 'GET' }), { status: 200, body: 'good' });
  }
  t.ok(crowded.seen.length > 0);
  t.same(upstream.own.failures, []);
  t.match(await ask(port, '/'), { headers: { 'x-fairline-full': undefined } });
});

t.test('guards: when all are full a request waits, then hears when to come again', async (t) => {
  const crowded = await startUpstream(t, 'crowded', full);
  const { port } = await startGateway(t, { booking: [upstreamAt('booking', crowded)] });
  const answer = await ask(port, '/');
  t.match(answer, { status: 503, body: /"code":"OVERLOADED"/, headers: { 'retry-after': '1' } });
  t.equal(crowded.seen.length, 3);
  const page = await ask(port, '/', { method: 'POST', body: 'x', headers: { accept: 'text/html' } });
  t.match(page, { status: 503, body: /OVERLOADED/ }, 'a body was used up: it is not sent twice');
  t.equal(crowded.seen.length, 4);
});

t.test('guards: the limit of an instance holds, the line behind it is short, high priority goes first', async (t) => {
  const held: (() => void)[] = [];
  const arrived: string[] = [];
  const slow = await startUpstream(t, 'slow', (incoming, response) => {
    arrived.push(incoming.url ?? '');
    held.push(() => response.end('done'));
  });
  const upstream = { ...upstreamAt('booking', slow), capacity: 1 };
  const turns = { maxWaitingPerInstance: 2, maxWaitMs: 60_000, reservedRatio: 0.1 };
  const { port, state, metrics } = await startGateway(
    t,
    { booking: [upstream] },
    { guarding: { ...defaultGuardSettings, turns } },
  );
  state.rules = '/first -> priority high';
  const waiting = async (count: number) => {
    while ((await readMetric(metrics, 'fairline_gateway_queue_length')) !== count) await nextTurn();
  };
  const answers = [ask(port, '/one')];
  while (held.length === 0) await nextTurn();
  answers.push(ask(port, '/two'));
  await waiting(1);
  answers.push(ask(port, '/first'));
  await waiting(2);
  t.match(await ask(port, '/three'), { status: 503, body: /OVERLOADED/, headers: { 'retry-after': '1' } });
  for (let done = 0; done < 3; done += 1) {
    while (!held[done]) await nextTurn();
    t.equal(upstream.own.inFlight, 1);
    held[done]?.();
  }
  for (const answer of await Promise.all(answers)) t.match(answer, { status: 200, body: 'done' });
  t.same(arrived, ['/one', '/first', '/two']);
  t.equal(await readMetric(metrics, 'fairline_gateway_overloaded_total'), 1);
  t.equal(await readMetric(metrics, 'fairline_gateway_queue_wait_seconds_count'), 2);
});

t.test('guards: suspects go to a small pool and rooms learn the tier', async (t) => {
  const rooms = await Promise.all(['a', 'b', 'c', 'd'].map((name) => startUpstream(t, name)));
  const { port, state, tiers } = await startGateway(
    t,
    { booking: rooms.map((room) => upstreamAt('booking', room)) },
    { random: Math.random },
  );
  state.rules = 'tier suspect -> pool 1';
  const suspect = createVisitor();
  tiers.set(suspect.visitorId, 'suspect');
  const other = createVisitor();
  const askers = { suspect: new Set<string>(), other: new Set<string>() };
  for (let count = 0; count < 40; count += 1) {
    askers.suspect.add((await ask(port, '/', { headers: { cookie: suspect.cookie } })).body);
    askers.other.add((await ask(port, '/', { headers: { cookie: other.cookie } })).body);
  }
  t.equal(askers.suspect.size, 1);
  t.ok(askers.other.size > 1);
  const seen = rooms.flatMap((room) => room.seen).map((one) => identityIn(one));
  t.same(
    new Set(seen.map((identity) => `${identity?.visitorId} ${identity?.tier}`)),
    new Set([`${suspect.visitorId} suspect`, `${other.visitorId} standard`]),
  );
  tiers.set(suspect.visitorId, 'standard');
  await ask(port, '/', { headers: { cookie: suspect.cookie } });
  const last = rooms.flatMap((room) => room.seen.slice(-1)).map((one) => identityIn(one));
  t.ok(
    last.some((identity) => identity?.visitorId === suspect.visitorId && identity.tier === 'standard'),
    'at once',
  );
});

t.test('guards: with everybody dead, retries stay within their budget', async (t) => {
  const dead = await Promise.all(
    ['a', 'b', 'c'].map(async (name) =>
      upstreamAt('booking', { name, url: `http://127.0.0.1:${await findFreePort()}` }),
    ),
  );
  const { port, metrics } = await startGateway(t, { booking: dead }, { random: Math.random });
  for (let count = 0; count < 50; count += 1) t.match(await ask(port, '/'), { status: 502 });
  const retries = await readMetric(metrics, 'fairline_gateway_retries_total');
  t.ok(retries <= 10, `${retries} retries of 50 requests`);
  t.ok((await readMetric(metrics, 'fairline_gateway_retries_refused_total')) > 0);
});
