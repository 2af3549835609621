const maxLoads = 128;
/** Below this many a quantile says little. */
const minLoads = 16;
/** The threshold is worked out anew after so many loads: sorting costs microseconds, a request should not. */
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
  let seen = 0;
  let hotLoad = Number.POSITIVE_INFINITY;

  return {
    /** Loads that are no numbers are not counted. */
    note(load: number): void {
      if (!Number.isFinite(load)) return;
      ring[seen % maxLoads] = load;
      seen += 1;
      if (seen % renewEvery !== 0 || seen < minLoads) return;
      const sorted = ring.slice(0, Math.min(seen, maxLoads)).sort();
      hotLoad = Math.max(quantileOf(sorted, hotLoadQuantile), hotLoadMedianFactor * quantileOf(sorted, 0.5));
    },
    /** Loads above are hot; Infinity before enough were seen. */
    hotLoad: () => hotLoad,
  };
}

function quantileOf(sorted: Float64Array, quantile: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] ?? 0;
}
