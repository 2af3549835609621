import type { Policy } from '../policy.ts';
import { rankByTwoChoices } from '../two-choices.ts';

/** The less loaded of two random candidates (Mitzenmacher, "The power of two choices"). */
export function createPowerOfTwo(): Policy {
  return {
    name: 'power-of-two',
    rank: (candidates, _hints, random) =>
      rankByTwoChoices(candidates, (second, first) => second.load < first.load, random),
  };
}
