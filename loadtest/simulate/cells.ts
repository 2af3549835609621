import type { PolicyName } from '@fairline/router/balancing/policies.ts';
import { addHistogram, createHistogram, readQuantile } from './histogram.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';
import { simulate } from './simulate.ts';

/** Rules that are compared; capacities are equal here, so weighted random would be random again. */
export const comparedPolicies = [
  'hot-aware',
  'power-of-two',
  'least-in-flight',
  'round-robin',
  'random',
] as const satisfies readonly PolicyName[];
export type ComparedPolicy = (typeof comparedPolicies)[number];

export type Cell = { scenario: ScenarioName; load: number; instances: number; gateways: number };

export type CellResult = {
  p50Ms: number;
  p99Ms: number;
  p999Ms: number;
  errorRatio: number;
  imbalance: number;
  requests: number;
};

export const allCells: readonly Cell[] = scenarios.flatMap(({ name: scenario }) =>
  [1, 5].flatMap((gateways) =>
    [2, 4, 20].flatMap((instances) => [0.5, 0.7, 0.9].map((load) => ({ scenario, load, instances, gateways }))),
  ),
);

/** Plays one situation with one rule on so many days, seeds 1 and up, and sums them up. */
export function runCell(cell: Cell, policy: PolicyName, seeds: number, measuredMs?: number): CellResult {
  const oddity = scenarios.find(({ name }) => name === cell.scenario)?.oddity ?? { kind: 'none' };
  const latency = createHistogram();
  let requests = 0;
  let errors = 0;
  let imbalance = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const day = simulate({ ...cell, oddity, policy, seed, ...(measuredMs === undefined ? {} : { measuredMs }) });
    addHistogram(latency, day.latency);
    requests += day.requests;
    errors += day.errors;
    imbalance += day.imbalance / seeds;
  }
  return {
    p50Ms: readQuantile(latency, 0.5),
    p99Ms: readQuantile(latency, 0.99),
    p999Ms: readQuantile(latency, 0.999),
    errorRatio: errors / requests,
    imbalance,
    requests,
  };
}
