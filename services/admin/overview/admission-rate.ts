/** A reading of the counter of all admissions since the sale began. */
export type AdmissionSample = { admitted: number; atMs: number };

const windowMs = 60_000;
/** A shorter history says nothing about a minute. */
const minHistoryMs = 5_000;

/** Adds a reading and drops those that the last minute does not need. A counter that fell begins a new history. */
export function addAdmissionSample(
  samples: readonly AdmissionSample[],
  sample: AdmissionSample,
): readonly AdmissionSample[] {
  const last = samples.at(-1);
  if (last && (sample.admitted < last.admitted || sample.atMs < last.atMs)) return [sample];
  const kept = samples.filter((_, index) => {
    const next = samples[index + 1];
    return !next || sample.atMs - next.atMs < windowMs;
  });
  return [...kept, sample];
}

/** Admissions per minute over the last minute, or over what is known of it; null when that is less than 5 s. */
export function admissionsPerMinute(samples: readonly AdmissionSample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.atMs - first.atMs < minHistoryMs) return null;
  return Math.round(((last.admitted - first.admitted) * 60_000) / (last.atMs - first.atMs));
}
