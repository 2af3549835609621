import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { InstanceReport } from '../contracts/instance-report.ts';
import { createHttpApp } from '../http-app.ts';
import { createInstanceReporter, type ReportFields } from '../instance-reporter.ts';
import { createLogger } from '../logger.ts';
import { createManualClock } from '../testing/manual-clock.ts';

function buildReporter(t: Test) {
  const reports: (InstanceReport & ReportFields)[] = [];
  const removed: string[] = [];
  const lines: string[] = [];
  const store = {
    problem: undefined as Error | undefined,
    write: async (report: InstanceReport, extra?: ReportFields) => {
      if (store.problem) throw store.problem;
      reports.push({ ...report, ...extra } as InstanceReport & ReportFields);
    },
    remove: async (id: string) => {
      if (store.problem) throw store.problem;
      removed.push(id);
    },
  };
  const clock = createManualClock(1_000_000);
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ room: 'booking', instanceId: 'b-1', level: 'info', destination });
  const reporter = createInstanceReporter({
    instances: store,
    room: 'booking',
    id: 'b-1',
    url: () => 'http://127.0.0.1:3000',
    version: '0.1.0',
    capacity: 100,
    clock,
    logger,
    serverClock: { nowMs: () => 5_000_000.4 },
  });
  const controller = new AbortController();
  t.after(async () => {
    controller.abort();
    await reporter.stop();
  });
  return { reporter, reports, removed, lines, store, clock, logger, controller, last: () => reports.at(-1) };
}

t.test('reporter: reports at once, once a second, and at every change of state', async (t) => {
  const { reporter, reports, clock, controller } = buildReporter(t);
  reporter.start(controller.signal);
  await nextTurn();
  t.match(reports, [
    {
      id: 'b-1',
      room: 'booking',
      url: 'http://127.0.0.1:3000',
      state: 'starting',
      startedAtMs: 5_000_000,
      version: '0.1.0',
      reportSeq: 1,
      inFlight: 0,
      inFlightByGateway: {},
      streams: 0,
      capacity: 100,
      pid: process.pid,
    },
  ]);
  await reporter.setState('ready');
  t.match(reports.at(-1), { state: 'ready', reportSeq: 2 });
  await clock.advance(3000);
  t.equal(reports.length, 5);
  t.same(
    reports.map(({ reportSeq }) => reportSeq),
    [1, 2, 3, 4, 5],
  );
  for (const [name, value] of Object.entries(reports.at(-1) ?? {})) {
    if (typeof value === 'number') t.ok(Number.isFinite(value) && value >= 0, `${name} = ${value}`);
  }
});

t.test('reporter: further fields are asked for at every report', async (t) => {
  const { reporter, last } = buildReporter(t);
  let seq = 1;
  reporter.extra(() => ({ changesSeq: seq }));
  reporter.extra(() => ({ leading: 'yes' }));
  await reporter.setState('ready');
  t.match(last(), { changesSeq: 1, leading: 'yes' });
  seq = 2;
  await reporter.setState('ready');
  t.match(last(), { changesSeq: 2 });
});

t.test('reporter: says draining, goes on while requests are finished, then removes itself', async (t) => {
  const { reporter, reports, removed, clock, controller, last } = buildReporter(t);
  reporter.start(controller.signal);
  await reporter.setState('ready');
  controller.abort();
  await nextTurn();
  const count = reports.length;
  await clock.advance(2000);
  t.equal(reports.length, count, 'an aborted signal ends the reports');
  await reporter.setState('draining');
  t.match(last(), { state: 'draining' });
  await nextTurn();
  const drainCount = reports.length;
  await clock.advance(2000);
  t.equal(reports.length, drainCount + 2);
  await reporter.stop();
  t.same(removed, ['b-1']);
  await clock.advance(2000);
  await reporter.setState('draining');
  t.equal(reports.length, drainCount + 2, 'nothing is written after the removal');
});

t.test('reporter: draining before the abort works as well', async (t) => {
  const { reporter, reports, clock, controller } = buildReporter(t);
  reporter.start(controller.signal);
  await reporter.setState('draining');
  controller.abort();
  const count = reports.length;
  await nextTurn();
  await clock.advance(2000);
  t.ok(reports.length >= count + 2);
  await reporter.stop();
});

t.test('reporter: Redis away is logged once; the reports come back with it', async (t) => {
  const { reporter, reports, lines, store, clock, controller } = buildReporter(t);
  store.problem = new Error('Command timed out');
  reporter.start(controller.signal);
  await reporter.setState('ready');
  await clock.advance(3000);
  t.equal(reports.length, 0);
  t.equal(lines.length, 1);
  t.match(lines[0], 'instance report failed');
  store.problem = undefined;
  await clock.advance(1000);
  t.match(reports, [{ state: 'ready' }]);
  store.problem = new Error('Connection is closed.');
  await reporter.stop();
});

t.test('reporter: measures the requests of an app by gateway, latency and errors', async (t) => {
  const { reporter, logger, clock, last } = buildReporter(t);
  const app = createHttpApp({ logger });
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await app.register(reporter.plugin);
  app.get('/held', async () => {
    await held;
    return {};
  });
  app.get('/bug', async () => {
    throw new Error('bug');
  });
  t.after(() => app.close());
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  const arrived = once(app.server, 'request');
  const answer = fetch(`${origin}/held`, { headers: { 'x-fairline-gateway': 'gw-1' } });
  await arrived;
  await reporter.setState('ready');
  t.match(last(), { inFlight: 1, inFlightByGateway: { 'gw-1': 1 } });
  await clock.advance(1000);
  release();
  await (await answer).text();
  await (await fetch(`${origin}/bug`)).text();
  await nextTurn();
  await reporter.setState('ready');
  t.match(last(), { inFlight: 0, inFlightByGateway: {}, requestsPerSec: 2, errorRatio: 0.5 });
  t.ok((last()?.latencyP95Ms ?? 0) >= 990);
});

t.test('reporter: a client that goes away is not in flight any more', async (t) => {
  const { reporter, logger, last } = buildReporter(t);
  const app = createHttpApp({ logger });
  const gone = Promise.withResolvers<void>();
  await app.register(reporter.plugin);
  app.get('/hang', (_request, reply) => {
    reply.hijack();
    reply.raw.once('close', () => gone.resolve());
  });
  t.after(() => app.close());
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  const controller = new AbortController();
  const arrived = once(app.server, 'request');
  const answer = fetch(`${origin}/hang`, { signal: controller.signal }).catch(() => 'aborted');
  await arrived;
  await reporter.setState('ready');
  t.match(last(), { inFlight: 1 });
  controller.abort();
  await answer;
  await gone.promise;
  await reporter.setState('ready');
  t.match(last(), { inFlight: 0 });
});

t.test('reporter: a stream leaves the requests in flight once its headers are out', async (t) => {
  const { reporter, logger, last } = buildReporter(t);
  const app = createHttpApp({ logger });
  const closed = Promise.withResolvers<void>();
  await app.register(reporter.plugin);
  app.get('/events', async (_request, reply) => {
    await nextTurn();
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.raw.write(': hello\n\n');
    const close = reporter.openStream();
    reply.raw.once('close', () => {
      close();
      closed.resolve();
    });
  });
  t.after(() => app.close());
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  const request = httpRequest(`${origin}/events`, { headers: { 'x-fairline-gateway': 'gw-1' } }).end();
  await once(request, 'response');
  await reporter.setState('ready');
  t.match(last(), { inFlight: 0, streams: 1 });
  t.same(last()?.inFlightByGateway, {});
  request.on('error', () => {});
  request.destroy();
  await closed.promise;
  await reporter.setState('ready');
  t.match(last(), { inFlight: 0, streams: 0 });
});
