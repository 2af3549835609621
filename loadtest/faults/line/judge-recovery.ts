import type { HistoryRecord } from '../history/records.ts';

export type Recovery = {
  /** From the end of the last fault to the first join asked for after it that succeeded; undefined: none did. */
  joinMs: number | undefined;
  /** The same to the first admission. */
  admissionMs: number | undefined;
  /** The longest time without an admission, and without a join that succeeded, from the first fault on. */
  admissionPauseMs: number;
  joinPauseMs: number;
};

const inLine = new Set(['waiting', 'booked']);

/** When service was back after the faults of a history, as visitors see it. */
export function judgeRecovery(history: readonly HistoryRecord[]): Recovery {
  const begins = history.flatMap((record) =>
    record.kind === 'fault' && record.phase === 'begin' ? [record.atMs] : [],
  );
  const ends = history.flatMap((record) => (record.kind === 'fault' && record.phase === 'end' ? [record.atMs] : []));
  const beginMs = Math.min(...begins);
  const endMs = Math.max(...ends);
  const asked = new Map<number, number>();
  const joins: { askedMs: number; atMs: number }[] = [];
  const admissions: number[] = [];
  for (const record of history) {
    if (record.kind === 'asked' && record.what === 'join') asked.set(record.call, record.atMs);
    if (record.kind === 'answered' && record.code === 200 && inLine.has(record.status ?? '')) {
      const askedMs = asked.get(record.call);
      if (askedMs !== undefined) joins.push({ askedMs, atMs: record.atMs });
    }
    if (record.kind === 'change' && record.type === 'admitted') admissions.push(record.atMs);
  }
  const join = joins.find(({ askedMs }) => askedMs >= endMs);
  const admission = admissions.find((atMs) => atMs >= endMs);
  const lastMs = history.at(-1)?.atMs ?? endMs;
  return {
    joinMs: join && join.atMs - endMs,
    admissionMs: admission === undefined ? undefined : admission - endMs,
    admissionPauseMs: longestPause(admissions, beginMs, lastMs),
    joinPauseMs: longestPause(
      joins.map(({ atMs }) => atMs),
      beginMs,
      lastMs,
    ),
  };
}

function longestPause(moments: readonly number[], fromMs: number, toMs: number): number {
  const within = moments.filter((atMs) => atMs >= fromMs && atMs <= toMs).toSorted((a, b) => a - b);
  let longest = 0;
  let before = fromMs;
  for (const atMs of within) {
    longest = Math.max(longest, atMs - before);
    before = atMs;
  }
  // Visitors stop before the recorder does: the end of the run is no pause.
  return within.length === 0 ? toMs - fromMs : longest;
}
