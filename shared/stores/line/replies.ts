import { isMoment } from '../../moments.ts';
import type {
  AdmitOutcome,
  CancelOutcome,
  ConfirmOutcome,
  EndPlacesOutcome,
  JoinOutcome,
  JoinRequest,
  LeaseEnd,
  LeaveOutcome,
  LineMove,
  LineMoves,
  LineProgress,
  MoveCounts,
  MoveToVipOutcome,
  Outcome,
  RecoverOutcome,
  RenewOutcome,
  RestoreOutcome,
  RevokeOutcome,
  SetGateOutcome,
  Standing,
  TrimOutcome,
  Whereabouts,
} from './outcomes.ts';

/** What a script of the line answers: words and numbers, nested where it answers several visitors. */
export type Reply = readonly (string | number | Reply)[];

/** One outcome a request, in their order. Every parser here throws on a word that its script does not speak. */
export function parseJoins(requests: readonly JoinRequest[], reply: Reply): JoinOutcome[] {
  if (reply[0] === 'notReady') return requests.map(() => ({ kind: 'notReady' }));
  const seq = Number(reply.at(-1));
  return requests.map((_, index) => parseJoin(reply[index], seq));
}

export function parseLeave([word, seq]: Reply): LeaveOutcome {
  if (word === 'left' || word === 'cancelled') return { kind: word, seq: Number(seq) };
  if (word === 'none') return { kind: word };
  return unknownWord('leave', word);
}

export function parseConfirm([word, order, seq, isNew]: Reply): ConfirmOutcome {
  if (word === 'confirmed') return { kind: word, order: String(order), seq: Number(seq), isNew: isNew === 1 };
  if (word === 'soldOut' || word === 'placeEnded' || word === 'notBooked') return { kind: word };
  return unknownWord('confirm', word);
}

export function parseCancel([word, seq, isNew]: Reply): CancelOutcome {
  if (word === 'cancelled') return { kind: word, seq: Number(seq), isNew: isNew === 1 };
  if (word === 'confirmed' || word === 'placeEnded' || word === 'notBooked') return { kind: word };
  return unknownWord('cancel', word);
}

export function parseRenewals([words]: Reply): RenewOutcome[] {
  return String(words).split(' ') as RenewOutcome[];
}

export function parseRevoke([word, from, seq]: Reply): RevokeOutcome {
  if (word === 'revoked') return { kind: word, from: from as Whereabouts, seq: Number(seq) };
  if (word === 'none') return { kind: word };
  return unknownWord('revoke', word);
}

export function parseAdmit([word, admitted, aside, isMore, waitMs]: Reply): AdmitOutcome {
  if (word === 'notLeader') return { kind: word };
  if (word !== 'done') return unknownWord('admit', word);
  return {
    kind: word,
    admitted: Number(admitted),
    aside: Number(aside),
    isMore: isMore === 1,
    waitMs: Number(waitMs) < 0 ? null : Number(waitMs),
  };
}

export function parseEndPlaces([word, ended, isMore]: Reply): EndPlacesOutcome {
  if (word === 'notLeader') return { kind: word };
  if (word !== 'done') return unknownWord('end-places', word);
  return { kind: word, ended: Number(ended), isMore: isMore === 1 };
}

export function parseTrim([word, cursor, trimmed]: Reply): TrimOutcome {
  if (word === 'notLeader') return { kind: word };
  if (word !== 'done') return unknownWord('trim', word);
  return { kind: word, cursor: String(cursor), trimmed: Number(trimmed) };
}

export function parseSetGate([word]: Reply): SetGateOutcome {
  if (word === 'done' || word === 'notLeader') return { kind: word };
  return unknownWord('set-gate', word);
}

export function parseRecover([word, epoch, left]: Reply): RecoverOutcome {
  if (word === 'notLeader') return { kind: word };
  if (word !== 'done') return unknownWord('recover', word);
  return { kind: word, epoch: Number(epoch), left: Number(left) };
}

export function parseRestore([word, number]: Reply): RestoreOutcome {
  if (word === 'restored') return { kind: word, number: Number(number) };
  if (word === 'known' || word === 'notLost') return { kind: word };
  return unknownWord('restore', word);
}

export function parseMoves([lastStreamId, isMore, ...flat]: Reply): LineMoves {
  const moves: LineMove[] = [];
  for (let index = 0; index < flat.length; index += 7) {
    const [atMs = 0, ...counts] = flat.slice(index, index + 7).map(Number);
    moves.push({ atMs, ...parseCounts(counts.slice(0, 3)), vip: parseCounts(counts.slice(3)) });
  }
  return { moves, lastStreamId: String(lastStreamId), isMore: isMore === 1 };
}

function parseCounts([joined = 0, passed = 0, left = 0]: readonly number[]): MoveCounts {
  return { joined, passed, left };
}

export function parseMoveToVip([word, number, seq]: Reply): MoveToVipOutcome {
  if (word === 'moved') return { kind: word, number: Number(number), seq: Number(seq) };
  if (word === 'kept') return { kind: word };
  return unknownWord('move-to-vip', word);
}

function unknownWord(script: string, word: unknown): never {
  throw new Error(`${script}.lua answered ${JSON.stringify(word)}`);
}

function parseLeaseEnd(raw: unknown): LeaseEnd {
  const endsAtMs = Number(raw);
  // Beyond all calendars is for good, whoever wrote it so.
  return isMoment(endsAtMs) ? endsAtMs : null;
}

function parseJoin(reply: Reply[number] | undefined, seq: number): JoinOutcome {
  if (typeof reply === 'number') return { kind: 'joined', number: reply, seq };
  const [word, first, second] = (reply ?? []) as Reply;
  switch (word) {
    case 'waiting':
    case 'aside':
      return { kind: word, number: Number(first) };
    case 'placed':
    case 'booked':
      return {
        kind: 'booked',
        number: Number(first),
        leaseEndsAtMs: parseLeaseEnd(second),
        seq,
        isNew: word === 'placed',
      };
    case 'ended':
      return { kind: 'ended', outcome: first as Outcome, number: Number(second) };
    case 'confirmed':
    case 'closed':
    case 'full':
    case 'soldOut':
      return { kind: word };
    default:
      return unknownWord('join', word);
  }
}

export function parseStanding([nowMs, seq, word, ...rest]: Reply): Standing {
  const moment = { nowMs: Number(nowMs), seq: Number(seq) };
  const [first, second, third] = rest;
  switch (word) {
    case 'none':
      return { ...moment, kind: word };
    case 'waiting':
      return { ...moment, kind: word, number: Number(first) };
    case 'aside':
      return { ...moment, kind: word, number: Number(first), rank: Number(second) };
    case 'booked':
      return {
        ...moment,
        kind: word,
        number: Number(first),
        leaseEndsAtMs: parseLeaseEnd(second),
        isClaimed: third === 1,
      };
    case 'confirmed':
      return { ...moment, kind: word, order: String(first) };
    case 'ended':
      return { ...moment, kind: word, outcome: first as Outcome, number: Number(second), atMs: Number(third) };
    default:
      return unknownWord('read-standing', word);
  }
}

export function parseProgress(reply: Reply): LineProgress {
  const [nowMs, lastChangeId, listLength, queued, aside, booked, orders, countersFlat, gateFlat, ...vip] = reply;
  const text = pairs(countersFlat as Reply);
  const counters: Record<string, number> = {};
  for (const [field, value] of Object.entries(text)) {
    if (Number.isFinite(Number(value))) counters[field] = Number(value);
  }
  const gate = pairs(gateFlat as Reply);
  return {
    nowMs: Number(nowMs),
    lastChangeId: String(lastChangeId),
    listLength: Number(listLength),
    queued: Number(queued),
    aside: Number(aside),
    booked: Number(booked),
    orders: Number(orders),
    seq: counters.seq ?? 0,
    epoch: counters.epoch ?? 0,
    tail: counters.tail ?? 0,
    head: counters.head ?? 0,
    runId: text.runId ?? '',
    lostFrom: counters.lostFrom ?? 0,
    lostTo: counters.lostTo ?? 0,
    dueNumber: counters.dueNumber ?? 0,
    tickAtMs: counters.tickAtMs ?? 0,
    graceUntilMs: counters.graceUntilMs ?? 0,
    vip: {
      queued: Number(vip[0]),
      aside: Number(vip[1]),
      tail: counters.vipTail ?? 0,
      head: counters.vipHead ?? 0,
      dueNumber: counters.vipDueNumber ?? 0,
      lostFrom: counters.vipLostFrom ?? 0,
      lostTo: counters.vipLostTo ?? 0,
    },
    counters,
    gate: {
      isOpen: gate.open === '1',
      reason: gate.reason ?? '',
      atMs: Number(gate.atMs ?? 0),
      isMemoryFull: gate.memoryFull === '1',
    },
  };
}

function pairs(flat: Reply): Record<string, string> {
  const record: Record<string, string> = {};
  for (let index = 0; index < flat.length; index += 2) record[String(flat[index])] = String(flat[index + 1]);
  return record;
}
