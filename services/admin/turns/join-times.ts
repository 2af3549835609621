type Sample = { number: number; atMs: number };

const resolutionMs = 1_000;

export type JoinTimes = {
  /** Numbers `lowest` to `highest` were drawn at `atMs`; all only rise. */
  note(lowest: number, highest: number, atMs: number): void;
  /** When a number was drawn, to a second; null for one that was drawn before the first note, or is forgotten. */
  find(number: number): number | null;
  reset(): void;
};

/**
 * When each number was drawn, without remembering anybody: numbers rise with time, so one note a second is enough.
 * `maxSamples` seconds in which somebody joined are kept, 24 h of them unless told otherwise; then the older half goes.
 */
export function createJoinTimes({ maxSamples = 86_400 }: { maxSamples?: number } = {}): JoinTimes {
  let samples: Sample[] = [];
  /** Numbers up to this one were drawn before anything was noted. */
  let from: number | undefined;

  return {
    note(lowest, highest, atMs) {
      from ??= lowest - 1;
      const last = samples.at(-1);
      if (last && highest <= last.number) return;
      if (last && atMs - last.atMs < resolutionMs) {
        last.number = highest;
        return;
      }
      samples.push({ number: highest, atMs });
      if (samples.length > maxSamples) {
        const dropped = samples.splice(0, Math.ceil(maxSamples / 2));
        from = dropped.at(-1)?.number ?? from;
      }
    },
    find(number) {
      if (from !== undefined && number <= from) return null;
      let [low, high] = [0, samples.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((samples[middle]?.number ?? 0) < number) low = middle + 1;
        else high = middle;
      }
      return samples[low]?.atMs ?? null;
    },
    reset() {
      samples = [];
      from = undefined;
    },
  };
}
