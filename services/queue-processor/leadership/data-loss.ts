/** Where the data stood when it was last looked at. */
export type DataMark = { runId: string; seq: number };

export type DataVerdict =
  | { kind: 'same' }
  /** Another server process with all that was seen of the data. */
  | { kind: 'restarted' }
  /** Changes that were seen are not there any more: a lost end of the append-only file, an old replica, a flush. */
  | { kind: 'lost'; lostChanges: number };

/** Compares what answers now with the highest `seq` ever seen; `seq` never goes back unless data was lost. */
export function judgeData(seen: DataMark | undefined, now: DataMark): DataVerdict {
  if (!seen) return { kind: 'same' };
  if (now.seq < seen.seq) return { kind: 'lost', lostChanges: seen.seq - now.seq };
  return now.runId === seen.runId ? { kind: 'same' } : { kind: 'restarted' };
}
