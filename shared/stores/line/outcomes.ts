/** How a turn ended that did not end in an order. */
export type Outcome = 'left' | 'expired' | 'revoked';
/** End of a place in ms of Redis time; null when it is kept for good. */
export type LeaseEnd = number | null;
export type Whereabouts = 'line' | 'aside' | 'booked';

export type JoinRequest = {
  visitorId: string;
  /** true: join again although an earlier turn ended. */
  again: boolean;
  /** true: in the VIP line, while that has a share of admissions. */
  isVip?: boolean;
};

export type JoinOutcome =
  | { kind: 'joined'; number: number; seq: number }
  | { kind: 'waiting'; number: number }
  | { kind: 'aside'; number: number }
  | { kind: 'booked'; number: number; leaseEndsAtMs: LeaseEnd; seq: number; isNew: boolean }
  | { kind: 'confirmed' }
  | { kind: 'ended'; outcome: Outcome; number: number }
  | { kind: 'closed' }
  | { kind: 'full' }
  | { kind: 'soldOut' }
  /** Redis restarted, and the leader has not yet made sure that no number is drawn twice: try again. */
  | { kind: 'notReady' };

export type Standing = { seq: number; nowMs: number } & (
  | { kind: 'none' }
  | { kind: 'waiting'; number: number }
  /** `rank` from 1 among those of the same line who are aside. */
  | { kind: 'aside'; number: number; rank: number }
  | { kind: 'booked'; number: number; leaseEndsAtMs: LeaseEnd; isClaimed: boolean }
  | { kind: 'confirmed'; order: string }
  | { kind: 'ended'; outcome: Outcome; number: number; atMs: number }
);

export type LineGate = { isOpen: boolean; reason: string; atMs: number; isMemoryFull: boolean };

/** The line of the VIPs; numbers are of its own count, which begins with 1 (see numbers.ts). */
export type VipProgress = {
  queued: number;
  aside: number;
  tail: number;
  head: number;
  dueNumber: number;
  lostFrom: number;
  lostTo: number;
};

export type LineProgress = {
  nowMs: number;
  /** Id of the newest entry of the stream of changes; follow from here. */
  lastChangeId: string;
  /** Of the public line, as are `tail`, `head` and the other numbers. */
  listLength: number;
  /** In both lines together, as are `aside` and `booked`. */
  queued: number;
  aside: number;
  booked: number;
  orders: number;
  seq: number;
  epoch: number;
  tail: number;
  head: number;
  /** Run of the Redis server that the leader has approved for joins; empty before the first. */
  runId: string;
  /** Numbers above `lostFrom` up to `lostTo` were drawn in the second that the last loss took. */
  lostFrom: number;
  lostTo: number;
  /** Highest number that is asked for signs of life. */
  dueNumber: number;
  tickAtMs: number;
  graceUntilMs: number;
  vip: VipProgress;
  /** `booking:counters` as it is, for the totals of law 4 and whatever else. */
  counters: Readonly<Record<string, number>>;
  gate: LineGate;
};

/** What happened to a line in a time: joined it, passed its head (admitted or put aside), left its middle. */
export type MoveCounts = { joined: number; passed: number; left: number };
/** One second of the public line, and of the VIP line. */
export type LineMove = MoveCounts & { atMs: number; vip: MoveCounts };

export type LeaveOutcome = { kind: 'left'; seq: number } | { kind: 'cancelled'; seq: number } | { kind: 'none' };

export type ConfirmOutcome =
  | { kind: 'confirmed'; order: string; seq: number; isNew: boolean }
  | { kind: 'soldOut' }
  | { kind: 'placeEnded' }
  | { kind: 'notBooked' };

export type CancelOutcome =
  | { kind: 'cancelled'; seq: number; isNew: boolean }
  | { kind: 'confirmed' }
  | { kind: 'placeEnded' }
  | { kind: 'notBooked' };

export type RenewOutcome = 'renewed' | 'claimed' | 'ended';
export type MoveToVipOutcome = { kind: 'moved'; number: number; seq: number } | { kind: 'kept' };
export type RevokeOutcome = { kind: 'revoked'; from: Whereabouts; seq: number } | { kind: 'none' };
export type RestoreOutcome = { kind: 'restored'; number: number } | { kind: 'known' } | { kind: 'notLost' };

/** What a call answers to a token that `booking:lock` does not hold; nothing was written. */
export type NotLeader = { kind: 'notLeader' };

export type AdmitOutcome =
  /** `waitMs`: time until the next pace token, null when pace is not what limits. */
  { kind: 'done'; admitted: number; aside: number; isMore: boolean; waitMs: number | null } | NotLeader;
export type EndPlacesOutcome = { kind: 'done'; ended: number; isMore: boolean } | NotLeader;
/** `cursor` '0' means that a full round is over. */
export type TrimOutcome = { kind: 'done'; cursor: string; trimmed: number } | NotLeader;
export type SetGateOutcome = { kind: 'done' } | NotLeader;
/** `left`: numbers still to lift, call again. */
export type RecoverOutcome = { kind: 'done'; epoch: number; left: number } | NotLeader;

/** A piece of what happened; go on after `lastStreamId` while `isMore`. */
export type LineMoves = { moves: LineMove[]; lastStreamId: string; isMore: boolean };
