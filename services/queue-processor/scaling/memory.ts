/**
 * What the rule remembers of a room from one evaluation to the next. It lives in Redis, so that a new leader goes on where
 * the one before stopped. All times are Redis time in ms.
 */
export type ScalingMemory = {
  desired: number;
  /** The load in instances, smoothed, and when; null before the first that was reported. */
  load: number | null;
  loadAtMs: number;
  /** The highest numbers wanted lately, newest last, each lower than those before it: [when, how many]. */
  highs: readonly (readonly [atMs: number, wanted: number])[];
  /** When instances were last added, taken away, and added because answers were slow. */
  outAtMs: number;
  inAtMs: number;
  slowAtMs: number;
};

const maxHighs = 200;

/** Undefined for what is not there or not ours: then the rule begins anew from what runs. */
export function parseMemory(text: string): ScalingMemory | undefined {
  try {
    const value = JSON.parse(text) as Partial<ScalingMemory> | null;
    const numbers = ['desired', 'loadAtMs', 'outAtMs', 'inAtMs', 'slowAtMs'] as const;
    if (!value || !numbers.every((name) => Number.isFinite(value[name]) && Number(value[name]) >= 0)) return undefined;
    const { highs, load } = value;
    if (load !== null && !(Number.isFinite(load) && Number(load) >= 0)) return undefined;
    if (!Array.isArray(highs) || highs.length > maxHighs) return undefined;
    if (!highs.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isFinite)))
      return undefined;
    return value as ScalingMemory;
  } catch {
    return undefined;
  }
}

export function writeMemory(memory: ScalingMemory): string {
  const load = memory.load === null ? null : Math.round(memory.load * 1000) / 1000;
  return JSON.stringify({ ...memory, load });
}

/** Notes what is wanted now and forgets what is older than `keepMs`; the first entry is the highest that is left. */
export function noteHigh(
  highs: ScalingMemory['highs'],
  nowMs: number,
  wanted: number,
  keepMs: number,
): ScalingMemory['highs'] {
  // The time that a former entry is in force ends when it leaves the window, so equal ones are kept by the newest.
  const higher = highs.filter(([atMs, before]) => before > wanted && atMs > nowMs - keepMs && atMs <= nowMs);
  const kept = [...higher, [nowMs, wanted] as const];
  return kept.slice(-maxHighs);
}
