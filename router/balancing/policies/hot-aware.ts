import type { Policy } from '../policy.ts';
import { rankByTwoChoices } from '../two-choices.ts';

/** Latencies closer than this ratio are alike: then the load decides. */
const similarLatencyRatio = 0.1;

/**
 * The default. Of two random candidates: one hot, the other; both hot, the lower load; neither, the lower latency, and
 * of similar latencies the lower load (the rule of Prequal, NSDI '24). A latency that is not known yet decides nothing.
 */
export function createHotAware(): Policy {
  return {
    name: 'hot-aware',
    rank: (candidates, { hotLoad }, random) =>
      rankByTwoChoices(
        candidates,
        (second, first) => {
          const isSecondHot = second.load > hotLoad;
          const isFirstHot = first.load > hotLoad;
          if (isSecondHot !== isFirstHot) return isFirstHot;
          if (isFirstHot || areSimilar(second.latencyMs, first.latencyMs)) return second.load < first.load;
          return second.latencyMs < first.latencyMs;
        },
        random,
      ),
  };
}

function areSimilar(aMs: number, bMs: number): boolean {
  // Written so that it is true when one of them is NaN.
  return !(Math.abs(aMs - bMs) > similarLatencyRatio * Math.max(aMs, bMs));
}
