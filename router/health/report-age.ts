export const suspectAfterMs = 3000;
export const goneAfterMs = 5000;
/** After Redis was away instances get this long to be heard of again. */
export const graceMs = 5000;
/** More than this between two looks is time in which this gateway itself did not look. */
const maxCountedStepMs = 1000;

export type Freshness = 'fresh' | 'suspect' | 'gone';

export function freshnessOf(ageMs: number): Freshness {
  if (ageMs >= goneAfterMs) return 'gone';
  return ageMs >= suspectAfterMs ? 'suspect' : 'fresh';
}

type Entry = { reportSeq: number; startedAtMs: number; ageMs: number };
export type Heard = { id: string; reportSeq: number; startedAtMs: number };

export type ReportAges = {
  readonly entries: ReadonlyMap<string, Entry>;
  /** Monotonic time of the last look that succeeded; undefined when the last look failed or there was none. */
  readonly lookedAtMs: number | undefined;
  readonly graceUntilMs: number;
};

export const noReportAges: ReportAges = Object.freeze({
  entries: new Map(),
  lookedAtMs: undefined,
  graceUntilMs: Number.NEGATIVE_INFINITY,
});

/** A look at the map failed: from now on no report grows older until the next look succeeds. */
export function noteLookFailed(ages: ReportAges): ReportAges {
  return { ...ages, lookedAtMs: undefined };
}

/**
 * A look succeeded. An age is the time, counted only between two looks that both succeeded, since `reportSeq` was seen
 * to change; clocks of other machines play no part. Those missing from the map are kept only during the grace.
 */
export function noteLook(ages: ReportAges, heard: readonly Heard[], nowMs: number): ReportAges {
  const isBack = ages.lookedAtMs === undefined && ages.entries.size > 0;
  const graceUntilMs = isBack ? nowMs + graceMs : ages.graceUntilMs;
  const isGrace = nowMs < graceUntilMs;
  const stepMs = ages.lookedAtMs === undefined || isGrace ? 0 : Math.min(nowMs - ages.lookedAtMs, maxCountedStepMs);
  const entries = new Map<string, Entry>(isGrace ? ages.entries : []);
  for (const { id, reportSeq, startedAtMs } of heard) {
    const before = ages.entries.get(id);
    const isSame = before?.reportSeq === reportSeq && before.startedAtMs === startedAtMs;
    entries.set(id, { reportSeq, startedAtMs, ageMs: isSame ? before.ageMs + stepMs : 0 });
  }
  return { entries, lookedAtMs: nowMs, graceUntilMs };
}
