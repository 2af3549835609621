import type { SecondSummary } from '../load/recorder.ts';
import { type Band, renderChart } from '../plot/chart.ts';
import { renderTable } from '../report/table.ts';
import type { FaultJudgement, FaultTimes } from './judge-fault.ts';

export type RunReport = {
  gateways: number;
  ratePerSec: number;
  faults: readonly FaultTimes[];
  judgements: readonly FaultJudgement[];
  slots: readonly { name: string; ids: readonly string[] }[];
  seconds: readonly SecondSummary[];
};

export function renderFaultTable(runs: readonly RunReport[]): string {
  const rows = runs.flatMap(({ gateways, judgements }) =>
    judgements.map((judged) => [
      judged.name,
      gateways,
      judged.requests,
      describeErrors(judged),
      judged.otherErrors,
      judged.maxErrors === 0 ? '0' : `${judged.maxErrors} + in flight`,
      formatSec(judged.ejectMs),
      formatSec(judged.returnMs),
      formatShares(judged.shares),
      `${Math.round(judged.p99BeforeMs)} → ${Math.round(judged.p99DuringMs)}`,
      Math.round(judged.slowestMs),
    ]),
  );
  return renderTable(
    [
      'fault',
      'gateways',
      'requests',
      'errors, GET',
      'errors, POST',
      'limit, GET',
      'left out after, s',
      'back after, s',
      'its share before → during → in the end',
      'p99 before → during, ms',
      'slowest, ms',
    ],
    rows,
  );
}

/** Pages a second by instance, on top of each other, over the whole run. */
export function renderSharePlot({ gateways, faults, slots, seconds }: RunReport): string {
  // The last second is cut short by the end of the run.
  const whole = seconds.slice(0, -1);
  const bands = faults.map(({ name, startMs, healMs }): Band => {
    return { from: startMs / 1000, to: healMs / 1000, label: name };
  });
  return renderChart({
    title: `Who answers, with ${gateways} ${gateways === 1 ? 'gateway' : 'gateways'}`,
    kind: 'stacked',
    xLabel: 's; marked: from the fault to its end',
    yLabel: 'pages a second by instance',
    bands,
    series: [
      ...slots.map(({ name, ids }) => ({
        name,
        points: whole.map(({ second, byLabel }) => [second, sumOf(ids.map((id) => byLabel[id] ?? 0))] as const),
      })),
      { name: 'errors', points: whole.map(({ second, failed }) => [second, failed] as const) },
    ],
  });
}

function describeErrors({ idempotentErrors, errorsInFlight, maxErrors }: FaultJudgement): string {
  if (maxErrors === 0 || errorsInFlight === 0) return String(idempotentErrors);
  return `${idempotentErrors} (${errorsInFlight} in flight there)`;
}

function formatShares(shares: FaultJudgement['shares']): string {
  if (!shares) return '–';
  return [shares.before, shares.during, shares.after].map((share) => `${Math.round(share * 100)} %`).join(' → ');
}

function formatSec(ms: number | undefined): string {
  return ms === undefined ? '–' : (ms / 1000).toFixed(1);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
