import type { LatencySummary } from '../../load/recorder.ts';
import { median } from '../../report/median.ts';
import { renderTable } from '../../report/table.ts';

export const maxAddedP99Ms = 2;

export type SubjectName = 'direct' | 'haproxy' | 'gateway';
export type Round = Record<SubjectName, LatencySummary>;
const columns = ['p50Ms', 'p90Ms', 'p99Ms', 'p999Ms'] as const;
type Column = (typeof columns)[number];

/** What a subject adds to a percentile, in ms: the median over the rounds of its difference to direct. */
export function readAdded(rounds: readonly Round[], name: SubjectName, column: Column): number {
  return median(rounds.map((round) => round[name][column] - round.direct[column]));
}

export type LatencyReport = {
  rounds: readonly Round[];
  /** Medians of the rounds. */
  maxPerSec: number;
  ratePerSec: number;
  connections: number;
  /** Of the time in which programs wanted a core; undefined where nobody tells. */
  stolenShare: number | undefined;
  visitors: number;
  seconds: number;
  /** What it was measured on, in words. */
  machine: string;
};

/** The section of docs/benchmarks.md, in Markdown. */
export function renderLatency(report: LatencyReport): string {
  const { rounds, maxPerSec, ratePerSec, connections, stolenShare, visitors, seconds, machine } = report;
  const ofRounds = (name: SubjectName) =>
    columns.map((column) => median(rounds.map((round) => round[name][column])).toFixed(2));
  const added = (name: SubjectName) => columns.map((column) => readAdded(rounds, name, column).toFixed(2));
  const count = (value: number) => value.toLocaleString('en-US');
  const stolen =
    stolenShare === undefined
      ? ''
      : ` The hypervisor gave ${(stolenShare * 100).toFixed(1)} % of the time that programs wanted a core to other ` +
        'machines meanwhile; that is in every line.';
  return [
    '## Latency that the gateway adds',
    `Written by \`npm run bench:latency\` on ${machine}.`,
    `An open loop of ${count(ratePerSec)} page views a second, half of the ${count(maxPerSec)} that the gateway serves at most ` +
      `(medians: it is measured anew in each round), by ${count(visitors)} visitors with a place over ${connections} connections; ${rounds.length} rounds of ` +
      `${seconds} s, direct, through HAProxy and through the gateway in turn. What is measured has a core of its own; the load, ` +
      'the upstream (nginx) and Redis share the others. ' +
      `Latency counts from the moment a request was due. Limit: p99 adds at most ${maxAddedP99Ms} ms.${stolen}`,
    renderTable(
      ['ms, median of rounds', 'p50', 'p90', 'p99', 'p99.9'],
      [
        ['direct', ...ofRounds('direct')],
        ['through HAProxy', ...ofRounds('haproxy')],
        ['through the gateway', ...ofRounds('gateway')],
        ['HAProxy adds, median of differences', ...added('haproxy')],
        ['the gateway adds, median of differences', ...added('gateway')],
      ],
    ),
  ].join('\n\n');
}
