import { renderChart, type Series } from '../plot/chart.ts';
import { stackCharts } from '../plot/stack-charts.ts';
import { renderTable } from '../report/table.ts';
import type { CrowdReport } from './crowd.ts';
import type { Judgement, SoakSample } from './judge-soak.ts';
import type { ProcessSample } from './process-sample.ts';
import { isKept } from './redis-sample.ts';

const mebi = 2 ** 20;
/** Key counts that are drawn; the table has all. */
const drawnCounts = 6;

export function renderJudgements(judgements: readonly Judgement[]): string {
  return renderTable(
    ['what', 'level', 'trend over the run', 'allowed', 'flat'],
    judgements.map(({ subject, what, unit, level, growth, limit, isFlat }) => [
      `${subject}: ${what}`,
      withUnit(level, unit),
      `${growth > 0 ? '+' : ''}${withUnit(growth, unit)}`,
      `+${withUnit(limit, unit)}`,
      isFlat ? 'yes' : '**no**',
    ]),
  );
}

/** Charts below each other: memory, descriptors, timers and delays of each process, and Redis. */
export function renderSoakPlot(samples: readonly SoakSample[], warmUpMs: number): string {
  const ids = Object.keys(samples[0]?.processes ?? {});
  const bands = [{ from: 0, to: warmUpMs / 60_000, label: 'warm-up' }];
  const chart = (title: string, yLabel: string, series: Series[]) =>
    renderChart({ title, kind: 'line', xLabel: 'minutes', yLabel, series, bands });
  const over = (read: (sample: SoakSample) => number): Series['points'] =>
    samples.map((sample) => [sample.atMs / 60_000, read(sample)] as const);
  const byProcess = (read: (sample: ProcessSample) => number): Series[] =>
    ids.map((id) => ({
      name: id,
      points: over(({ processes }) => {
        const sample = processes[id];
        return sample ? read(sample) : Number.NaN;
      }),
    }));
  const counts = samples.at(-1)?.redis.counts ?? {};
  const largest = Object.keys(counts)
    .filter((pattern) => !isKept(pattern))
    .toSorted((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0))
    .slice(0, drawnCounts);
  return stackCharts([
    chart(
      'Memory of each process',
      'RSS, MiB',
      byProcess(({ rssBytes }) => rssBytes / mebi),
    ),
    chart(
      'Heap in use, with garbage',
      'MiB',
      byProcess(({ heapUsedBytes }) => heapUsedBytes / mebi),
    ),
    chart(
      'Open descriptors',
      'number',
      byProcess(({ handles }) => handles),
    ),
    chart(
      'Timers',
      'number',
      byProcess(({ timers }) => timers),
    ),
    chart(
      'Delay of the event loop, p99',
      'ms',
      byProcess(({ loopDelayP99Ms }) => loopDelayP99Ms),
    ),
    chart('Memory of Redis', 'MiB', [
      { name: 'all', points: over(({ redis }) => redis.usedBytes / mebi) },
      { name: 'but what a sale keeps', points: over(({ redis }) => (redis.usedBytes - redis.keptBytes) / mebi) },
    ]),
    chart(
      'Keys and elements in Redis',
      'number',
      largest.map((pattern) => ({ name: pattern, points: over(({ redis }) => redis.counts[pattern] ?? 0) })),
    ),
  ]);
}

export function describeCrowd({ arrived, ends, problems }: CrowdReport): string {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .toSorted(([, a], [, b]) => b - a)
      .map(([what, count]) => `${what} ${count.toLocaleString('en-US')}`)
      .join(', ');
  return (
    `${arrived.toLocaleString('en-US')} visitors came: ${list(ends)}. ` +
    `Answers that nobody should see: ${list(problems) || 'none'}.`
  );
}

function withUnit(value: number, unit: string): string {
  const digits = Math.abs(value) >= 100 ? 0 : 1;
  const text = Number.isFinite(value) ? value.toFixed(digits).replace(/^-(0(?:\.0)?)$/, '$1') : 'unknown';
  return unit === '' ? text : `${text} ${unit}`;
}
