const maxLoads = 128;
/** Below this many a quantile says little. */
const minLoads = 16;
/** The threshold is taken anew after so many loads. */
const renewEvery = 16;

export type HotRule = {
  /** An instance is hot above this quantile of the loads seen lately, 0..1 … */
  hotLoadQuantile: number;
  /** … and above so many times their median. */
  hotLoadMedianFactor: number;
};

/** Remembers the loads of instances seen lately, and says from which load on an instance counts as hot. */
export function createLoadWindow({ hotLoadQuantile, hotLoadMedianFactor }: HotRule) {
  const ring = new Float64Array(maxLoads);
  /** The same loads in order; each new one moves those between its place and the one it takes the room of. */
  const sorted = new Float64Array(maxLoads);
  let seen = 0;
  let hotLoad = Number.POSITIVE_INFINITY;

  function put(load: number, index: number, last: number): void {
    let at = index;
    for (; at > 0 && readAt(at - 1) > load; at -= 1) sorted[at] = readAt(at - 1);
    for (; at < last && readAt(at + 1) < load; at += 1) sorted[at] = readAt(at + 1);
    sorted[at] = load;
  }

  const readAt = (index: number) => sorted[index] ?? 0;

  /** The first place in the order that holds this load. */
  function find(load: number): number {
    let from = 0;
    let to = maxLoads - 1;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (readAt(middle) < load) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  function readQuantile(quantile: number, count: number): number {
    return readAt(Math.min(count - 1, Math.floor(quantile * count)));
  }

  return {
    /** Loads that are no numbers are not counted. */
    note(load: number): void {
      if (!Number.isFinite(load)) return;
      const slot = seen % maxLoads;
      const count = Math.min(seen + 1, maxLoads);
      put(load, seen < maxLoads ? seen : find(ring[slot] ?? 0), count - 1);
      ring[slot] = load;
      seen += 1;
      if (seen % renewEvery !== 0 || seen < minLoads) return;
      hotLoad = Math.max(readQuantile(hotLoadQuantile, count), hotLoadMedianFactor * readQuantile(0.5, count));
    },
    /** Loads above are hot; Infinity before enough were seen. */
    hotLoad: () => hotLoad,
  };
}
