import type { ComparedPolicy } from './cells.ts';
import type { ScenarioName } from './scenarios.ts';

/** A regret above this needs a reason in the docs. */
export const explainAbove = 1.25;

const blind =
  'It does not look at what is going on, so runs of requests that by chance meet at one instance wait there.';
const blindToSpeed =
  'It sends the slow one a full share, more than that one can do: its line grows until the run ends.';
const noLatency =
  'It judges by requests in hand alone: an idle slow instance looks as good as an idle fast one, and gets as much.';
const twoOnly =
  'It looks at two of all: now and then both are busy while a third is idle. That price keeps gateways from running together.';
const ownOnly =
  'It sees only its own requests: with several gateways each has few, and what the others sent is unseen until it waits.';

/** Why a rule can be this much worse than the best one in such a situation. */
export const reasons: Readonly<Record<ComparedPolicy, Partial<Record<ScenarioName, string>>>> = {
  'hot-aware': {},
  'power-of-two': { slow: noLatency, cold: noLatency, equal: twoOnly, failing: twoOnly, pausing: twoOnly },
  'least-in-flight': {
    slow: noLatency,
    cold: noLatency,
    equal: ownOnly,
    failing: ownOnly,
    pausing: ownOnly,
  },
  'round-robin': {
    equal: 'Each instance gets the same number, not the same work: long requests pile up where they happen to fall.',
    failing: 'Each instance gets the same number, not the same work: long requests pile up where they happen to fall.',
    slow: blindToSpeed,
    pausing: 'It goes on sending to the one that stands still.',
    cold: 'The newcomer gets its share although it is slower than the rest.',
  },
  random: {
    equal: blind,
    failing: blind,
    slow: blindToSpeed,
    pausing: `It goes on sending to the one that stands still. ${blind}`,
    cold: `The newcomer gets its share although it is slower than the rest. ${blind}`,
  },
};
