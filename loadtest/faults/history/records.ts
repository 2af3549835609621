/**
 * A history: what clients asked and were told, and what Redis held, one JSON object a line, in the order it was noted. Times
 * are ms of wall time; clients, recorder and Redis share the machine's clock.
 */
export type HistoryRecord =
  | RunRecord
  | AskedRecord
  | AnsweredRecord
  | ChangeRecord
  | LookRecord
  | StateRecord
  | EpochRecord
  | FaultRecord
  | LateRecord;

/** The first line. */
export type RunRecord = {
  kind: 'run';
  name: string;
  seed: number;
  atMs: number;
  /**
   * How old what a client is told may be, in ms: a room answers from a copy. null = any age, where Redis goes away and copies
   * serve on.
   */
  staleMs: number | null;
};

export type AskedKind = 'join' | 'status' | 'page' | 'confirm' | 'cancel' | 'leave' | 'settings' | 'operator' | 'lead';

export type AskedRecord = {
  kind: 'asked';
  call: number;
  atMs: number;
  /** '' when nobody in particular asks: an operator. A leader (`lead`) is known by its token. */
  visitor: string;
  what: AskedKind;
  /** The number that the visitor's ticket proves. */
  ticket?: number;
  /** What an operator writes. */
  values?: Readonly<Record<string, string>>;
};

/** No answer at all leaves open whether it was done. */
export type AnsweredRecord = {
  kind: 'answered';
  call: number;
  atMs: number;
  /** HTTP status, or 200 where a store was asked; 0 = no answer. */
  code: number;
  /** As in the status body: waiting, paused, booked, confirmed, left, none, …; or a coded refusal. */
  status?: string;
  number?: number | null;
  order?: string;
  failure?: string;
};

/** An entry of `booking:changes`. */
export type ChangeRecord = {
  kind: 'change';
  streamId: string;
  seq: number;
  type: string;
  /** line, aside, booked or '' */
  from: string;
  visitors: readonly (readonly [id: string, number: number])[];
  /** Redis time. */
  atMs: number;
  by?: string;
};

/** One moment of Redis, read in one transaction together with the changes before it. */
export type LookRecord = {
  kind: 'look';
  /** Redis time. */
  atMs: number;
  lock: string;
  booked: number;
  /** Who waits in a line. */
  queued: number;
  aside: number;
  /** Those aside who showed up again, and the lowest number among them. */
  returned: number;
  firstReturned: number | null;
  confirmed: number;
  listLength: number;
  settings: Readonly<Record<string, string>>;
  gate: Readonly<Record<string, string>>;
  counters: Readonly<Record<string, number>>;
};

/** The whole of the documented keys, in the same transaction as the look before it. */
export type StateRecord = {
  kind: 'state';
  atMs: number;
  seq: number;
  list: readonly string[];
  vipList: readonly string[];
  queued: readonly string[];
  booked: readonly string[];
  tickets: Readonly<Record<string, number>>;
  aside: Readonly<Record<string, number>>;
  /** Those aside who showed up again. */
  returned: readonly string[];
  leases: readonly string[];
  confirmed: readonly string[];
  /** Bitmaps as base64. */
  gone: string;
  vipGone: string;
};

/** Redis came back with less than it had: entries after `keptStreamId` did not happen. */
export type EpochRecord = { kind: 'epoch'; atMs: number; keptStreamId: string; lost: number };

/** `isRedisAway`: for some process of the system, though perhaps not for the recorder. */
export type FaultRecord = {
  kind: 'fault';
  atMs: number;
  name: string;
  phase: 'begin' | 'end';
  isRedisAway?: boolean;
};

/** A timer of the recorder's own process fired this much too late: the machine had no time for anybody. */
export type LateRecord = { kind: 'late'; atMs: number; lateMs: number };

const kinds = new Set(['run', 'asked', 'answered', 'change', 'look', 'state', 'epoch', 'fault', 'late']);

/** Reads a history; throws an error that names the line when one is no record. An unfinished last line is left out. */
export function parseHistory(text: string): HistoryRecord[] {
  const lines = text.split('\n');
  lines.pop();
  return lines.map((line, index) => {
    let record: unknown;
    try {
      record = JSON.parse(line);
    } catch {
      throw new Error(`line ${index + 1} is not JSON: ${line.slice(0, 80)}`);
    }
    const kind = (record as { kind?: unknown } | null)?.kind;
    if (typeof kind !== 'string' || !kinds.has(kind)) throw new Error(`line ${index + 1} is no record of a history`);
    return record as HistoryRecord;
  });
}
