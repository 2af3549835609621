import t, { type Test } from 'tap';
import { createInternalApp, createReadiness } from '../internal-app.ts';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';

async function buildInternalApp(t: Test) {
  const readiness = createReadiness();
  const logger = createLogger({ room: 'booking', instanceId: 'b', level: 'silent' });
  const app = createInternalApp({ logger, readiness, metrics: createMetrics({ room: 'booking' }) });
  t.after(() => app.close());
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  const get = (path: string, init?: RequestInit) => fetch(origin + path, init);
  return { readiness, get };
}

t.test('internal app: lives, whatever the readiness', async (t) => {
  const { readiness, get } = await buildInternalApp(t);
  readiness.set('redis', 'connection lost');
  const answer = await get('/livez');
  t.equal(answer.status, 200);
  t.equal(answer.headers.get('cache-control'), 'no-store');
});

t.test('internal app: readiness tells every reason', async (t) => {
  const { readiness, get } = await buildInternalApp(t);
  let answer = await get('/readyz');
  t.equal(answer.status, 200);
  t.same(await answer.json(), { ready: true, reasons: [] });
  readiness.set('redis', 'connection lost');
  readiness.set('copy', 'not loaded');
  readiness.set('copy', 'still loading');
  answer = await get('/readyz');
  t.equal(answer.status, 503);
  t.same(await answer.json(), { ready: false, reasons: ['copy: still loading', 'redis: connection lost'] });
  readiness.set('redis', null);
  readiness.set('copy', null);
  t.equal((await get('/readyz')).status, 200);
  t.ok(readiness.isReady());
});

t.test('internal app: metrics in the text format of Prometheus', async (t) => {
  const { get } = await buildInternalApp(t);
  const answer = await get('/metrics');
  t.equal(answer.status, 200);
  t.match(answer.headers.get('content-type'), /^text\/plain/);
  t.match(await answer.text(), /^# HELP /m);
});

t.test('internal app: nothing else is there', async (t) => {
  const { get } = await buildInternalApp(t);
  t.equal((await get('/')).status, 404);
  const answer = await get('/livez', { method: 'POST' });
  t.equal(answer.status, 405);
  t.equal(answer.headers.get('allow'), 'GET, HEAD');
});
