import type { Random } from './random.ts';

/** What somebody does with a place. */
export type Turn =
  | { kind: 'buys'; afterSec: number }
  /** Comes, looks, and is not heard of again: the place ends with its lease. */
  | { kind: 'falls silent'; afterSec: number }
  /** The place ends unclaimed. */
  | { kind: 'never comes' };

/** A sale that is really played, by the rooms as they are, with visitors of a script. */
export type Rehearsal = {
  what: string;
  places: number;
  /** `nowSec` since the sale opened. */
  decideTurn(random: Random, nowSec: number): Turn;
  steps: readonly { atSec: number; step: Step }[];
};
export type Step = { settings: Readonly<Record<string, string>> } | 'kill the leader';

const places = 200;
const meanHoldSec = 45;

const buys = (random: Random): Turn => ({ kind: 'buys', afterSec: random.logNormal(meanHoldSec, 0.6) });

/** Payments that come through together: each waits for the next time that some are let through. */
function buysInGroups(random: Random, nowSec: number): Turn {
  const gapSec = 10;
  const wantedSec = nowSec + random.logNormal(meanHoldSec - gapSec / 2, 0.6);
  return { kind: 'buys', afterSec: Math.ceil(wantedSec / gapSec) * gapSec - nowSec };
}

export const rehearsals = {
  steady: { what: 'people buy one by one', places, decideTurn: buys, steps: [] },
  bursty: {
    what: 'payments come through every ten seconds; a quarter never come or fall silent, so that claims and leases run out',
    places,
    decideTurn(random, nowSec) {
      const share = random.uniform();
      if (share < 0.15) return { kind: 'never comes' };
      if (share < 0.25) return { kind: 'falls silent', afterSec: random.between(1, 15) };
      return buysInGroups(random, nowSec);
    },
    steps: [],
  },
  pause: {
    what: 'an operator pauses for a minute and resumes',
    places,
    decideTurn: buys,
    steps: [
      { atSec: 200, step: { settings: { admissions: 'paused' } } },
      { atSec: 260, step: { settings: { admissions: 'open' } } },
    ],
  },
  'more-places': {
    what: 'an operator gives half as many places again',
    places,
    decideTurn: buys,
    steps: [{ atSec: 240, step: { settings: { maxBooking: String(places * 1.5) } } }],
  },
  'leader-killed': {
    what: 'the leader is killed twice, and the standby takes over',
    places,
    decideTurn: buys,
    steps: [
      { atSec: 150, step: 'kill the leader' },
      { atSec: 330, step: 'kill the leader' },
    ],
  },
} as const satisfies Record<string, Rehearsal>;

export type RehearsalName = keyof typeof rehearsals;
