/**
 * Counts names until they are taken away. Of too many names at once further ones are left out: those that matter come
 * again, and by then there is room.
 */
export function createTally(maxNames: number) {
  let counts = new Map<string, number>();

  return {
    add(name: string, count = 1): void {
      const before = counts.get(name);
      if (before === undefined && counts.size >= maxNames) return;
      counts.set(name, (before ?? 0) + count);
    },

    /** The largest counts, at most so many, each at least `least`; the rest is forgotten. */
    takeLargest(limit: number, least = 1): [name: string, count: number][] {
      const all = [...counts].filter(([, count]) => count >= least);
      counts = new Map();
      if (all.length <= limit) return all;
      return all.sort(([, one], [, other]) => other - one).slice(0, limit);
    },
  };
}

export type Tally = ReturnType<typeof createTally>;
