import { defaultBalancingRule } from '@fairline/router/balancing/balancer.ts';
import t from 'tap';
import { type Cell, type CellResult, comparedPolicies, runCell } from '../cells.ts';
import { createEventHeap } from '../event-heap.ts';
import { addHistogram, countDuration, createHistogram, readQuantile } from '../histogram.ts';
import { createInstance } from '../instance.ts';
import { type CellRow, rankByWorstRegret, regretOf } from '../regret.ts';
import { findUnexplained, renderCells, renderRegretPlot, renderRegrets } from '../report.ts';
import { createSeededRandom, drawExponential, drawLogNormal } from '../seeded-random.ts';

t.test('event heap: earliest first, in turn when at once', async (t) => {
  const events = createEventHeap();
  const seen: string[] = [];
  for (const [atMs, name] of [
    [5, 'c'],
    [1, 'a'],
    [5, 'd'],
    [3, 'b'],
    [9, 'e'],
  ] as const) {
    events.add(atMs, () => seen.push(name));
  }
  for (let event = events.take(); event; event = events.take()) event.run();
  t.same(seen, ['a', 'b', 'c', 'd', 'e']);
});

t.test('histogram: quantiles within 1 %, sums of parts', async (t) => {
  const histogram = createHistogram();
  const part = createHistogram();
  for (let ms = 1; ms <= 1000; ms += 1) countDuration(ms % 2 === 0 ? histogram : part, ms);
  addHistogram(histogram, part);
  for (const share of [0.5, 0.99, 0.999]) {
    const found = readQuantile(histogram, share);
    t.ok(Math.abs(found / (share * 1000) - 1) < 0.011, `${share}: ${found}`);
  }
  t.ok(Number.isNaN(readQuantile(createHistogram(), 0.5)));
});

t.test('random numbers: the same for the same seed, with the mean asked for', async (t) => {
  const [one, same, other] = [createSeededRandom(1), createSeededRandom(1), createSeededRandom(2)];
  const draws = Array.from({ length: 5 }, one);
  t.same(draws, Array.from({ length: 5 }, same));
  t.notSame(draws, Array.from({ length: 5 }, other));
  const meanOf = (draw: () => number) => Array.from({ length: 50_000 }, draw).reduce((sum, ms) => sum + ms / 50_000, 0);
  t.ok(Math.abs(meanOf(() => drawExponential(0.1, one)) - 10) < 0.3);
  t.ok(Math.abs(meanOf(() => drawLogNormal(60, 0.8, one)) - 60) < 2);
});

t.test('instance: works on as many as it has slots for, the rest in their turn; a pause delays all', async (t) => {
  const events = createEventHeap();
  let now = 0;
  const instance = createInstance({ events, nowMs: () => now, slots: 2, slowdown: () => 1 });
  const ends: [string, number][] = [];
  const take = (name: string, workMs: number) =>
    instance.take({ workMs, pausedMs: 0, onEnd: () => ends.push([name, now]) });
  take('a', 10);
  take('b', 30);
  take('c', 10);
  events.add(15, () => instance.pause(100));
  for (let event = events.take(); event; event = events.take()) {
    now = event.atMs;
    event.run();
  }
  t.same(ends, [
    ['a', 10],
    ['c', 120],
    ['b', 130],
  ]);
});

t.test('simulation: the same day twice, and the default is the best on the days of this slice', async (t) => {
  const slice: Cell[] = [
    { scenario: 'equal', load: 0.9, instances: 4, gateways: 5 },
    { scenario: 'slow', load: 0.7, instances: 4, gateways: 1 },
    { scenario: 'failing', load: 0.5, instances: 2, gateways: 1 },
    { scenario: 'pausing', load: 0.9, instances: 4, gateways: 5 },
    { scenario: 'cold', load: 0.5, instances: 2, gateways: 1 },
  ];
  const seeds = 6;
  const rows = slice.map((cell): CellRow => {
    const results = comparedPolicies.map((policy) => [policy, runCell(cell, policy, seeds)]);
    return { cell, results: Object.fromEntries(results) as Record<(typeof comparedPolicies)[number], CellResult> };
  });
  const [first] = rows;
  if (!first) return t.fail('nothing was simulated');
  t.same(runCell(first.cell, 'hot-aware', seeds), first.results['hot-aware']);
  const requests = comparedPolicies.map((policy) => first.results[policy].requests);
  t.same(new Set(requests).size, 1, 'all rules face the same visitors');
  const [winner] = rankByWorstRegret(rows);
  t.equal(winner?.policy, defaultBalancingRule.policy);
  t.ok((winner?.regret ?? 9) < 1.25, String(winner?.regret));
  t.ok(rows.every((row) => comparedPolicies.some((policy) => regretOf(row, policy) === 1)));
  const errorRatio = rows[2]?.results.random.errorRatio ?? 0;
  t.ok(errorRatio > 0.05 && errorRatio < 0.15, `half go to the one that fails a fifth: ${errorRatio}`);

  t.match(renderRegrets(rows), /\| `hot-aware` \|/);
  t.equal(renderCells(rows).match(/<details>/g)?.length, 5);
  t.match(renderRegretPlot(rows), /^<svg /);
  t.ok(Array.isArray(findUnexplained(rows)));
});
