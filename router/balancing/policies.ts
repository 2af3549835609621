import { createHotAware } from './policies/hot-aware.ts';
import { createLeastInFlight } from './policies/least-in-flight.ts';
import { createPowerOfTwo } from './policies/power-of-two.ts';
import { createRandom } from './policies/random.ts';
import { createRoundRobin } from './policies/round-robin.ts';
import { createWeightedRandom } from './policies/weighted-random.ts';
import type { Policy } from './policy.ts';

/** Every rule by the name that settings and tables use. */
export const policies = {
  'hot-aware': createHotAware,
  'power-of-two': createPowerOfTwo,
  'least-in-flight': createLeastInFlight,
  'round-robin': createRoundRobin,
  'weighted-random': createWeightedRandom,
  random: createRandom,
} as const satisfies Record<string, () => Policy>;

export type PolicyName = keyof typeof policies;

export const policyNames = Object.keys(policies) as PolicyName[];
