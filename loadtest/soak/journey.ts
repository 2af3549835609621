/** What one visitor is going to do, decided before they come. */
export type Journey = {
  /** How they hear of their turn. */
  follows: 'polls' | 'stream';
  /** While they wait: to the end, or until they have seen their place once. */
  waits: 'to the end' | 'leaves' | 'vanishes';
  /** Once they hold a place. `misses`: they never come to claim it. */
  ends: 'confirms' | 'cancels' | 'leaves' | 'vanishes' | 'misses';
  /** ms between the first page of the shop and the end. */
  thinkMs: number;
};

const shares = {
  follows: [
    ['polls', 0.7],
    ['stream', 0.3],
  ],
  waits: [
    ['to the end', 0.86],
    ['leaves', 0.08],
    ['vanishes', 0.06],
  ],
  ends: [
    ['confirms', 0.66],
    ['cancels', 0.12],
    ['leaves', 0.12],
    ['vanishes', 0.06],
    ['misses', 0.04],
  ],
} as const;

const thinkMs = { least: 2000, most: 6000 };

/** The same for the same numbers of `random`. */
export function pickJourney(random: () => number): Journey {
  return {
    follows: pickShare(shares.follows, random()),
    waits: pickShare(shares.waits, random()),
    ends: pickShare(shares.ends, random()),
    thinkMs: thinkMs.least + random() * (thinkMs.most - thinkMs.least),
  };
}

/** Places that take all who come, though a quarter of the time nobody is let in: with room to catch up. */
export function placesFor(visitorsPerSecond: number): number {
  // A place is held for 8 s in the mean: a few by people who think, a minute by those who vanish.
  const meanHoldSeconds = 8;
  const catchUp = 1.6;
  return Math.max(3, Math.ceil(visitorsPerSecond * meanHoldSeconds * catchUp));
}

export function describeShares(): string {
  return Object.entries(shares)
    .map(([what, rows]) => `${what}: ${rows.map(([word, share]) => `${word} ${Math.round(share * 100)} %`).join(', ')}`)
    .join('; ');
}

function pickShare<T extends string>(rows: readonly (readonly [T, number])[], at: number): T {
  let sum = 0;
  for (const [word, share] of rows) {
    sum += share;
    if (at < sum) return word;
  }
  return (rows.at(-1) as readonly [T, number])[0];
}
