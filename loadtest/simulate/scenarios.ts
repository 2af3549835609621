/** What is odd about the last of the instances; all others are alike. */
export type Oddity =
  | { kind: 'none' }
  /** Works so many times slower. */
  | { kind: 'slow'; factor: number }
  /** Fails this share of its requests, in this share of the usual time. */
  | { kind: 'failing'; failureRatio: number; timeRatio: number }
  /** Stands still for so long, again and again. */
  | { kind: 'pausing'; pauseMs: number; everyMs: number }
  /** Joins at the start of the measurement; so many times slower at first, less and less for a while. */
  | { kind: 'cold'; factor: number; warmUpMs: number };

export type Scenario = { name: string; description: string; oddity: Oddity };

export const scenarios = [
  { name: 'equal', description: 'all instances alike', oddity: { kind: 'none' } },
  { name: 'slow', description: 'one works 3 times slower', oddity: { kind: 'slow', factor: 3 } },
  {
    name: 'failing',
    description: 'one answers 20 % with an error, in a tenth of the time',
    oddity: { kind: 'failing', failureRatio: 0.2, timeRatio: 0.1 },
  },
  {
    name: 'pausing',
    description: 'one stands still for 300 ms every 3 s',
    oddity: { kind: 'pausing', pauseMs: 300, everyMs: 3000 },
  },
  {
    name: 'cold',
    description: 'a new one joins, 4 times slower at first, warm after 10 s',
    oddity: { kind: 'cold', factor: 4, warmUpMs: 10_000 },
  },
] as const satisfies readonly Scenario[];

export type ScenarioName = (typeof scenarios)[number]['name'];

/**
 * How many usual instances' work all of them can do in the long run: what the load is a share of. A newcomer does not
 * count: the others were enough before it came.
 */
export function capacityOf(oddity: Oddity, instances: number): number {
  if (oddity.kind === 'slow') return instances - 1 + 1 / oddity.factor;
  if (oddity.kind === 'pausing') return instances - oddity.pauseMs / oddity.everyMs;
  if (oddity.kind === 'cold') return instances - 1;
  return instances;
}
