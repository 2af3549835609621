/** Where everybody is at the end, by visitor: the parts of the line's data that say so. */
export type WhereAll = {
  /** In the line and aside. */
  tickets: ReadonlyMap<string, number>;
  /** Booked. */
  places: ReadonlyMap<string, number>;
  confirmed: ReadonlySet<string>;
};

export type Losses = {
  /** Visitors who never had an answer to their join. */
  unanswered: number;
  /** Visitors whose number is neither in line nor aside nor booked nor confirmed. */
  lost: number;
  /** Numbers that were told to two visitors. */
  twice: number;
};

/** `numbers`: what each visitor was told when joining; 0 = nothing. */
export function findLost(ids: readonly string[], numbers: ArrayLike<number>, where: WhereAll): Losses {
  const losses: Losses = { unanswered: 0, lost: 0, twice: 0 };
  const told = new Set<number>();
  ids.forEach((id, index) => {
    const number = numbers[index] ?? 0;
    if (number === 0) {
      losses.unanswered += 1;
      return;
    }
    if (told.has(number)) losses.twice += 1;
    told.add(number);
    if (!where.confirmed.has(id) && (where.tickets.get(id) ?? where.places.get(id)) !== number) losses.lost += 1;
  });
  return losses;
}

/** The value below which so many of a hundred are; 0 for none. */
export function percentileOf(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}
