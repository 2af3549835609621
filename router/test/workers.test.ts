import { Counter, Histogram, Registry } from 'prom-client';
import t from 'tap';
import { mergeMetrics } from '../workers/merge-metrics.ts';
import { noteDeath } from '../workers/restart-delay.ts';
import { createWorkerId, maxInstanceIdCharacters } from '../workers/worker-id.ts';
import { findReasons } from '../workers/workers-readiness.ts';

t.test('workers: deaths soon after the start are answered ever more slowly, up to a limit', async (t) => {
  const delays: number[] = [];
  let inRow = 0;
  for (let death = 0; death < 9; death += 1) {
    const noted = noteDeath(inRow, 50);
    inRow = noted.inRow;
    delays.push(noted.delayMs);
  }
  t.same(delays, [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  t.same(noteDeath(inRow, 60_000), { inRow: 1, delayMs: 100 }, 'a long life begins anew');
});

t.test('workers: each life has an id of its own that fits into the map', async (t) => {
  const id = createWorkerId('g'.repeat(maxInstanceIdCharacters), 64);
  t.match(id, /^g+-w64-[0-9a-f]{6}$/);
  t.ok(id.length <= 63);
  t.not(createWorkerId('gateway', 1), createWorkerId('gateway', 1));
});

t.test('workers: ready when one listens and everyone who listens is ready', async (t) => {
  const state = (...reasons: string[]) => ({ metrics: [], reasons });
  const ready = { number: 1, isListening: true, state: state() };
  t.same(findReasons([ready, { number: 2, isListening: true, state: state() }]), []);
  t.same(findReasons([ready, { number: 2, isListening: false, state: state('map: not read') }]), []);
  t.same(findReasons([ready, { number: 2, isListening: true, state: state('map: not read') }]), [
    'worker 2: map: not read',
  ]);
  t.same(findReasons([ready, { number: 2, isListening: true, state: undefined }]), ['worker 2: gives no answer']);
  t.same(findReasons([{ number: 1, isListening: false, state: state() }]), ['workers: none listens']);
});

t.test('workers: one page of metrics, each value with its worker', async (t) => {
  const metricsOf = (count: number) => {
    const registry = new Registry();
    registry.setDefaultLabels({ room: 'router' });
    new Counter({ name: 'visits_total', help: 'Visits.', labelNames: ['page'], registers: [registry] }).inc(
      { page: '/' },
      count,
    );
    new Histogram({ name: 'seconds', help: 'Time.', buckets: [1], registers: [registry] }).observe(count);
    return registry.getMetricsAsJSON();
  };
  const page = await mergeMetrics([
    { worker: '1', metrics: await metricsOf(1) },
    { worker: '2', metrics: await metricsOf(2) },
  ]);
  t.match(page, /visits_total\{page="\/",room="router",worker="1"\} 1\n/);
  t.match(page, /visits_total\{page="\/",room="router",worker="2"\} 2\n/);
  t.match(page, /seconds_bucket\{le="1",room="router",worker="1"\} 1\n/);
  t.match(page, /seconds_count\{room="router",worker="2"\} 1\n/);
  t.equal(page.match(/# TYPE visits_total/g)?.length, 1);
});
