export type SilenceRule = {
  /** So many requests without a word in return are many. */
  maxUnanswered: number;
  /** Shortest silence after which what an instance holds is asked elsewhere; 0 = silence is not judged. */
  afterMs: number;
  /** Nor is it silence before this multiple of the longest answers that the room gave lately. */
  slowestFactor: number;
};

export const defaultSilenceRule: SilenceRule = Object.freeze({ maxUnanswered: 5, afterMs: 1000, slowestFactor: 3 });

/** Of the shortest silence: when an instance that holds many requests gets no more of them. */
const quietRatio = 0.2;
/** Time in which the memory of a long answer has fallen to a third. */
const memoryMs = 60_000;

export type Heard = {
  /** Requests of this gateway that the instance has and has not begun to answer; streams are none. */
  unanswered: number;
  /** Since it last began an answer, or since it was sent the first of these. */
  quietForMs: number;
  /** The longest answers of its room lately: what is normal here. */
  slowestMs: number;
  /** Its reports or its checks fail as well. */
  isSuspect: boolean;
};

/**
 * `heard`: nothing to worry about. `quiet`: it has many requests and says nothing, so it gets no more. `silent`: for so
 * long that what it holds is better asked elsewhere.
 */
export type Silence = 'heard' | 'quiet' | 'silent';

/** What the silence of one instance means. One that answers anything at all is heard, however long some answers take. */
export function judgeSilence({ unanswered, quietForMs, slowestMs, isSuspect }: Heard, rule: SilenceRule): Silence {
  const { maxUnanswered, afterMs, slowestFactor } = rule;
  if (afterMs === 0 || unanswered === 0) return 'heard';
  const usualMs = slowestMs * slowestFactor;
  const isMany = unanswered >= maxUnanswered;
  if ((isMany || isSuspect) && quietForMs > Math.max(afterMs, usualMs)) return 'silent';
  return isMany && quietForMs > Math.max(afterMs * quietRatio, usualMs) ? 'quiet' : 'heard';
}

/** Whether so many of a room may be taken for sick: what most of them do together is the work, or something they share. */
export function canBeSilent(silent: number, total: number): boolean {
  return silent * 2 <= total;
}

/** What is left after `sinceMs` of the memory of an answer that took `slowestMs`. */
export function fadeSlowest(slowestMs: number, sinceMs: number): number {
  return slowestMs * Math.exp(-sinceMs / memoryMs);
}
