import type { LatencySummary, SecondSummary } from '../load/recorder.ts';
import { type Point, renderChart } from '../plot/chart.ts';
import { stackCharts } from '../plot/stack-charts.ts';
import { renderTable } from '../report/table.ts';
import type { ReplicaSample } from './watch-replicas.ts';

export type ScalingRun = {
  answered: number;
  failed: number;
  failures: Readonly<Record<string, number>>;
  /** Answers by status. */
  statuses: Readonly<Record<string, number>>;
  /** Requests that the gateway asked a second instance for. */
  retries: number;
  latency: LatencySummary;
  seconds: readonly Pick<SecondSummary, 'second' | 'answered' | 'failed' | 'p50Ms' | 'p99Ms'>[];
  samples: readonly ReplicaSample[];
  /** Each process of booking that was started or drained, as the launcher said it. */
  steps: readonly string[];
  brokenLaws: readonly string[];
  errors: readonly string[];
};

/** What a run has to keep to; each line names what was broken. */
export function findScalingProblems(run: ScalingRun, { least, most }: { least: number; most: number }): string[] {
  const problems: string[] = [];
  if (run.answered === 0) problems.push('no request was answered');
  if (run.failed > 0) problems.push(`${run.failed} requests failed: ${JSON.stringify(run.failures)}`);
  const refused = Object.entries(run.statuses).filter(([status]) => status !== '200');
  for (const [status, count] of refused) problems.push(`${count} answers with status ${status}`);
  const desired = run.samples.map((sample) => sample.desired);
  const top = Math.max(...run.samples.map(({ ready }) => ready));
  if (top <= least + 1) problems.push(`the load brought no more than ${top} instances`);
  if (Math.max(...desired) > most || Math.min(...desired) < least) problems.push('the bounds were not kept');
  if (run.samples.at(-1)?.ready !== least) problems.push(`${run.samples.at(-1)?.ready} instances at the end`);
  const turns = countTurns(desired);
  if (turns > 1) problems.push(`the wanted number turned ${turns} times`);
  problems.push(...run.brokenLaws, ...run.errors.map((line) => `in the log: ${line}`));
  return problems;
}

/** How often growing became shrinking or the other way round. */
export function countTurns(values: readonly number[]): number {
  const signs = values.slice(1).map((value, index) => Math.sign(value - (values[index] ?? value)));
  const moves = signs.filter((sign) => sign !== 0);
  return moves.slice(1).filter((sign, index) => sign !== moves[index]).length;
}

export function renderScalingTable(run: ScalingRun): string {
  const { answered, failed, retries, latency, samples, statuses } = run;
  const ms = (value: number) => `${Math.round(value)} ms`;
  const top = Math.max(...samples.map(({ ready }) => ready));
  const ends = run.steps.filter((step) => step.includes('has ended')).length;
  return renderTable(
    ['', 'measured'],
    [
      ['requests answered', answered.toLocaleString('en-US')],
      ['failed (no answer, timeout, 5xx)', failed],
      [
        'answers other than 200',
        Object.entries(statuses).reduce((sum, [status, n]) => sum + (status === '200' ? 0 : n), 0),
      ],
      ['sent to a second instance by the gateway', retries],
      ['booking instances', `${samples[0]?.ready} → ${top} → ${samples.at(-1)?.ready}`],
      ['drained and ended', ends],
      ['turns of the wanted number', countTurns(samples.map(({ desired }) => desired))],
      ['latency p50', ms(latency.p50Ms)],
      ['latency p99', ms(latency.p99Ms)],
      ['latency p99.9', ms(latency.p999Ms)],
      ['latency max', ms(latency.maxMs)],
      ['laws broken', run.brokenLaws.length],
    ],
  );
}

/** Load, replicas and latency over the same time, one below the other. */
export function renderScalingPlot({ seconds, samples }: Pick<ScalingRun, 'seconds' | 'samples'>): string {
  const xLabel = 'seconds';
  const bySecond = (read: (second: ScalingRun['seconds'][number]) => number): Point[] =>
    // The last one is not a whole second.
    seconds.slice(0, -1).map((second) => [second.second, read(second)]);
  const bySample = (read: (sample: ReplicaSample) => number): Point[] =>
    samples.flatMap((sample, index): Point[] => {
      // A step, not a slope: the number holds until the next look.
      const before = samples[index - 1];
      const at = before ? Math.round(sample.atMs / 100) / 10 : 0;
      return before
        ? [
            [at, read(before)],
            [at, read(sample)],
          ]
        : [[at, read(sample)]];
    });
  return stackCharts([
    renderChart({
      ...{ title: 'Load', kind: 'area', xLabel, yLabel: 'requests per second' },
      series: [
        { name: 'answered', points: bySecond(({ answered }) => answered) },
        { name: 'failed', points: bySecond(({ failed }) => failed) },
      ],
    }),
    renderChart({
      ...{ title: 'Booking instances', kind: 'line', xLabel, yLabel: 'instances' },
      series: [
        { name: 'wanted', points: bySample(({ desired }) => desired) },
        { name: 'ready', points: bySample(({ ready }) => ready) },
        { name: 'draining', points: bySample(({ draining }) => draining) },
      ],
    }),
    renderChart({
      ...{ title: 'Latency as visitors see it', kind: 'line', xLabel, yLabel: 'ms' },
      series: [
        { name: 'p99', points: bySecond(({ p99Ms }) => p99Ms) },
        { name: 'p50', points: bySecond(({ p50Ms }) => p50Ms) },
      ],
    }),
  ]);
}
