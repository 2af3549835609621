import t from 'tap';
import { stackCharts } from '../../plot/stack-charts.ts';
import {
  countTurns,
  findScalingProblems,
  renderScalingPlot,
  renderScalingTable,
  type ScalingRun,
} from '../scaling-report.ts';

const sample = (atMs: number, desired: number, ready = desired) => ({
  ...{ atMs, desired, ready, draining: 0, utilization: 0.5, inFlight: 10 },
});
const run: ScalingRun = {
  ...{ answered: 1000, failed: 0, failures: {}, statuses: { 200: 1000 }, retries: 2, steps: ['booking-5 has ended'] },
  latency: { count: 1000, meanMs: 400, p50Ms: 400.4, p90Ms: 405, p99Ms: 420, p999Ms: 600, maxMs: 700 },
  seconds: [0, 1, 2].map((second) => ({ second, answered: 300, failed: 0, p50Ms: 400, p99Ms: 420 })),
  samples: [sample(0, 2), sample(1000, 5, 2), sample(2000, 5), sample(3000, 3), sample(4000, 2)],
  ...{ brokenLaws: [], errors: [] },
};
const limits = { least: 2, most: 8 };

t.test('scaling report: a good run breaks no limit, and is told in a table and a plot', async (t) => {
  t.same(findScalingProblems(run, limits), []);
  const table = renderScalingTable(run);
  t.match(table, '| booking instances | 2 → 5 → 2 |');
  t.match(table, '| latency p99 | 420 ms |');
  const plot = renderScalingPlot(run);
  t.equal(plot.match(/<svg /g)?.length, 4);
  t.match(plot, 'Booking instances');
});

t.test('scaling report: whatever visitors or operators would notice is a problem', async (t) => {
  const broken: [Partial<ScalingRun>, RegExp][] = [
    [{ failed: 1, failures: { 'page: reset': 1 } }, /1 requests failed: .*page: reset/],
    [{ statuses: { 200: 999, 403: 1 } }, /1 answers with status 403/],
    [{ answered: 0 }, /no request was answered/],
    [{ samples: [sample(0, 2), sample(1, 3), sample(2, 2)] }, /no more than 3 instances/],
    [{ samples: [sample(0, 2), sample(1, 9), sample(2, 2)] }, /the bounds were not kept/],
    [{ samples: [sample(0, 2), sample(1, 6)] }, /6 instances at the end/],
    [{ samples: [2, 5, 4, 5, 2].map((desired, index) => sample(index, desired)) }, /turned 3 times/],
    [{ brokenLaws: ['law 1: …'] }, /law 1/],
    [{ errors: ['ERROR oh'] }, /in the log: ERROR oh/],
  ];
  for (const [over, expected] of broken) t.match(findScalingProblems({ ...run, ...over }, limits), [expected]);
});

t.test('scaling report: turns', async (t) => {
  t.equal(countTurns([2, 2, 3, 5, 5, 4, 2]), 1);
  t.equal(countTurns([2]), 0);
});

t.test('charts below each other: only charts', async (t) => {
  t.throws(() => stackCharts(['<p>']), /no chart/);
});
