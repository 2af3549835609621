/** The highest number drawn in each line (VIPs in their own count) and the highest change that somebody has seen. */
export type Seen = { tail: number; vipTail: number; seq: number };

export type RecoveryInput = {
  /** Run of the server that answers; empty when it does not tell. */
  runId: string;
  /** Run that a leader has approved for joins; empty before the first approval, or when everything was lost. */
  approvedRunId: string;
  /** Run that this process saw before; empty at first. */
  lastRunId: string;
  now: Seen;
  /** What this process has seen itself. */
  own: Seen;
  /** What the other processes say they have seen. */
  others: readonly Seen[];
  /** Since this process first saw this run. */
  runAgeMs: number;
};

export type RecoveryDecision =
  | { kind: 'none' }
  /** The server restarted: the other processes have time to report what they saw. */
  | { kind: 'wait' }
  | { kind: 'recover'; tailSeen: number; vipTailSeen: number; seqSeen: number };

/** Time for every room to find Redis again and to write its next report, in ms. */
export const reportGraceMs = 2_500;

/**
 * Whether joins may go on with the data that answers. A run of the server that is new to this process is approved once
 * everybody had time to say what they saw; before the first approval ever joins do not wait for it. An approval that
 * vanished while the same server ran was removed with the data by an operator's hand: a fresh start.
 */
export function decideRecovery(input: RecoveryInput): RecoveryDecision {
  const { runId, approvedRunId, lastRunId, now, own, others, runAgeMs } = input;
  if (runId === '' || runId === approvedRunId) return { kind: 'none' };
  if (runId === lastRunId) return recoverUpTo(now);
  if (runAgeMs < reportGraceMs) return { kind: 'wait' };
  return recoverUpTo([now, own, ...others].reduce(pickHighest));
}

/** Of each the highest. */
export function pickHighest(one: Seen, other: Seen): Seen {
  return {
    tail: Math.max(one.tail, other.tail),
    vipTail: Math.max(one.vipTail, other.vipTail),
    seq: Math.max(one.seq, other.seq),
  };
}

function recoverUpTo(seen: Seen): RecoveryDecision {
  return { kind: 'recover', tailSeen: seen.tail, vipTailSeen: seen.vipTail, seqSeen: seen.seq };
}
