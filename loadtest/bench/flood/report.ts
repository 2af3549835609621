import { median } from '../../report/median.ts';
import { renderTable } from '../../report/table.ts';
import type { Propagation } from './propagation.ts';
import type { RefusalCost } from './refusal-cost.ts';
import { type CellName, maxOthersShare, type Round } from './rounds.ts';

export const maxAddedShare = 0.2;
export const maxAddedMs = 3;
export const maxRefusalFactor = 1.4;
export const maxPropagationMs = 1000;

const names: Readonly<Record<CellName, string>> = {
  quiet: 'no junk',
  before: 'junk, traffic control off',
  after: 'junk, traffic control on',
};
const columns = ['p50Ms', 'p90Ms', 'p99Ms', 'maxMs'] as const;

export type FloodResults = { rounds: readonly Round[]; cost: RefusalCost; propagation: Propagation };

/** What is over its limit, in words. */
export function findProblems({ rounds, cost, propagation }: FloodResults): string[] {
  const problems: string[] = [];
  const p99 = (cell: CellName) => median(rounds.map((round) => round[cell].admitted.p99Ms));
  const added = median(rounds.map(({ quiet, after }) => after.admitted.p99Ms - quiet.admitted.p99Ms));
  const allowed = Math.max(maxAddedMs, p99('quiet') * maxAddedShare);
  if (added > allowed) problems.push(`p99 rises by ${added.toFixed(2)} ms, at most ${allowed.toFixed(2)} allowed`);
  const failed = rounds.reduce((sum, { quiet, after }) => sum + quiet.admittedFailed + after.admittedFailed, 0);
  if (failed > 0) problems.push(`${failed} requests of admitted visitors failed`);
  if (cost.refusedOfBare > maxRefusalFactor) {
    problems.push(`a refusal costs ${cost.refusedOfBare.toFixed(2)}× a bare answer`);
  }
  if (cost.refusedPerRequestUs >= cost.forwardedPerRequestUs) problems.push('a refusal costs as much as forwarding');
  const slowest = Math.max(...propagation.blockMs, ...propagation.revokeMs);
  if (slowest > maxPropagationMs) problems.push(`an operator's word took ${Math.round(slowest)} ms`);
  return problems;
}

/** In words, when other work took so much of the machine that the rounds say nothing of the gateway. */
export function findDisturbance(rounds: readonly Round[]): string | undefined {
  const most = Math.max(...rounds.flatMap((round) => Object.values(round).map(({ othersShare }) => othersShare)));
  if (most <= maxOthersShare) return undefined;
  return `other work took up to ${Math.round(most * 100)} % of the machine, at most ${maxOthersShare * 100} % allowed`;
}

export function renderFlood({ rounds, cost, propagation }: FloodResults): string {
  const rows = (Object.keys(names) as CellName[]).map((cell) => [
    names[cell],
    ...columns.map((column) => median(rounds.map((round) => round[cell].admitted[column])).toFixed(2)),
    median(rounds.map((round) => round[cell].sentLate.p99Ms)).toFixed(2),
    median(rounds.map((round) => round[cell].admittedFailed)),
    median(rounds.map((round) => round[cell].junkPerSec)).toLocaleString('en-US'),
    `${(Math.max(...rounds.map((round) => round[cell].othersShare)) * 100).toFixed(1)} %`,
  ]);
  const latency = renderTable(
    [
      'admitted visitors, median of rounds',
      'p50 ms',
      'p90 ms',
      'p99 ms',
      'max ms',
      'sent late, p99 ms',
      'failed',
      'junk answered/s',
      'other work, most',
    ],
    rows,
  );
  const { barePerRequestUs, refusedPerRequestUs, forwardedPerRequestUs } = cost;
  const costs = renderTable(
    ['CPU time of one request, median of rounds', 'µs', 'of a bare answer in the same round'],
    [
      ['bare node:http answer', barePerRequestUs.toFixed(1), '1.00'],
      ['refused by the gateway', refusedPerRequestUs.toFixed(1), cost.refusedOfBare.toFixed(2)],
      ['forwarded by the gateway', forwardedPerRequestUs.toFixed(1), cost.forwardedOfBare.toFixed(2)],
    ],
  );
  const spread = (times: readonly number[]) => [median(times).toFixed(0), Math.max(...times).toFixed(0)];
  const words = renderTable(
    ["until the last of 3 gateways acts on an operator's word", 'median ms', 'max ms'],
    [
      ['block a visitor', ...spread(propagation.blockMs)],
      ['revoke a place', ...spread(propagation.revokeMs)],
    ],
  );
  return [latency, costs, words].join('\n\n');
}
