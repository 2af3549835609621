import type { Redis } from 'ioredis';
import { trackRunId } from '../../redis/run-id.ts';
import { bindScript, loadScript } from '../../redis/scripts.ts';
import type { EventKeys } from '../keys.ts';

/** How a turn ended that did not end in an order. */
export type Outcome = 'left' | 'expired' | 'revoked';
/** End of a place in ms of Redis time; null when it is kept for good. */
export type LeaseEnd = number | null;
export type Whereabouts = 'line' | 'aside' | 'booked';

export type JoinRequest = {
  visitorId: string;
  /** true: join again although an earlier turn ended. */
  again: boolean;
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
  | { kind: 'aside'; number: number; rank: number }
  | { kind: 'booked'; number: number; leaseEndsAtMs: LeaseEnd; isClaimed: boolean }
  | { kind: 'confirmed'; order: string }
  | { kind: 'ended'; outcome: Outcome; number: number; atMs: number }
);

export type LineGate = { isOpen: boolean; reason: string; atMs: number; isMemoryFull: boolean };

export type LineProgress = {
  nowMs: number;
  /** Id of the newest entry of the stream of changes; follow from here. */
  lastChangeId: string;
  listLength: number;
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
  /** `booking:counters` as it is, for the totals of law 4 and whatever else. */
  counters: Readonly<Record<string, number>>;
  gate: LineGate;
};

/** What happened to the line in one second: joined it, passed its head (admitted or put aside), left its middle. */
export type LineMove = { atMs: number; joined: number; passed: number; left: number };

const folder = new URL('./scripts/', import.meta.url);
const names = [
  'join',
  'leave',
  'confirm',
  'cancel',
  'renew',
  'revoke',
  'note-signs',
  'admit',
  'end-places',
  'trim',
  'set-gate',
  'recover',
  'restore',
  'read-standing',
  'read-progress',
  'read-moves',
] as const;
const scripts = Object.fromEntries(names.map((name) => [name, loadScript(folder, name)]));

export const maxBatch = 1000;
/** A change may name a thousand visitors, so that more of them would keep Redis busy for long. */
const maxMovesRead = 100;
export type LineStore = ReturnType<typeof createLineStore>;

/**
 * Typed access to one event's line: every method is one atomic script call. Methods that take `token` act only while
 * `booking:lock` holds it. Rejects with the connection's error when Redis cannot be asked, and with `WRONGKEY …` when a
 * key holds a type that is not ours; then nothing was written.
 */
export function createLineStore({ redis, keys }: { redis: Redis; keys: EventKeys }) {
  const bound = Object.fromEntries(
    Object.entries(scripts).map(([name, script]) => [name, bindScript(redis, script, keys)]),
  );
  const runId = trackRunId(redis);
  const call = async (name: (typeof names)[number], args: readonly (string | number)[]): Promise<Reply> => {
    const run = bound[name];
    if (!run) throw new Error(`no script ${name}`);
    return (await run(args)) as Reply;
  };

  return {
    keys,

    /** Answers in the order of the requests; at most `maxBatch`. Safe to repeat: whoever is in keeps the first number. */
    async join(requests: readonly JoinRequest[]): Promise<JoinOutcome[]> {
      if (requests.length === 0) return [];
      assertBatch(requests.length);
      const reply = await call('join', [
        await runId(),
        requests.map((request) => (request.again ? '1' : '0')).join(''),
        ...requests.map((request) => request.visitorId),
      ]);
      if (reply[0] === 'notReady') return requests.map(() => ({ kind: 'notReady' }));
      const seq = Number(reply.at(-1));
      return requests.map((_, index) => parseJoin(reply[index], seq));
    },

    /** Gives up the line, aside or the booked place, whichever the visitor has. Safe to repeat. */
    async leave(
      visitorId: string,
    ): Promise<{ kind: 'left'; seq: number } | { kind: 'cancelled'; seq: number } | { kind: 'none' }> {
      const [word, seq] = await call('leave', [visitorId]);
      if (word === 'left' || word === 'cancelled') return { kind: word, seq: Number(seq) };
      if (word === 'none') return { kind: word };
      return unknownWord('leave', word);
    },

    /** Stores `order` (JSON) and frees the place. Asked again, it answers the first order with `isNew` false. */
    async confirm(
      visitorId: string,
      order: string,
    ): Promise<
      | { kind: 'confirmed'; order: string; seq: number; isNew: boolean }
      | { kind: 'soldOut' }
      | { kind: 'placeEnded' }
      | { kind: 'notBooked' }
    > {
      const [word, stored, seq, isNew] = await call('confirm', [visitorId, order]);
      if (word === 'confirmed') return { kind: word, order: String(stored), seq: Number(seq), isNew: isNew === 1 };
      if (word === 'soldOut' || word === 'placeEnded' || word === 'notBooked') return { kind: word };
      return unknownWord('confirm', word);
    },

    /** Gives a booked place back. Safe to repeat. */
    async cancel(
      visitorId: string,
    ): Promise<
      | { kind: 'cancelled'; seq: number; isNew: boolean }
      | { kind: 'confirmed' }
      | { kind: 'placeEnded' }
      | { kind: 'notBooked' }
    > {
      const [word, seq, isNew] = await call('cancel', [visitorId]);
      if (word === 'cancelled') return { kind: word, seq: Number(seq), isNew: isNew === 1 };
      if (word === 'confirmed' || word === 'placeEnded' || word === 'notBooked') return { kind: word };
      return unknownWord('cancel', word);
    },

    /** Notes activity of booked visitors, at most `maxBatch`: the first claims the place, each moves its end. */
    async renew(visitorIds: readonly string[]): Promise<('renewed' | 'claimed' | 'ended')[]> {
      if (visitorIds.length === 0) return [];
      assertBatch(visitorIds.length);
      return (await call('renew', visitorIds)) as ('renewed' | 'claimed' | 'ended')[];
    },

    /** An operator's word: takes the place or the place in line away. */
    async revoke(visitorId: string): Promise<{ kind: 'revoked'; from: Whereabouts; seq: number } | { kind: 'none' }> {
      const [word, from, seq] = await call('revoke', [visitorId]);
      if (word === 'revoked') return { kind: word, from: from as Whereabouts, seq: Number(seq) };
      if (word === 'none') return { kind: word };
      return unknownWord('revoke', word);
    },

    /** Signs of life of people who wait, at most `maxBatch`; someone aside may enter again from now on. */
    async noteSigns(visitorIds: readonly string[]): Promise<void> {
      if (visitorIds.length === 0) return;
      assertBatch(visitorIds.length);
      await call('note-signs', visitorIds);
    },

    async readStanding(visitorId: string): Promise<Standing> {
      return parseStanding(await call('read-standing', [visitorId]));
    },

    /**
     * Admits from aside and from the head of the line as far as the rule allows, looking at no more than `limit` entries.
     * `dueNumber`: the highest number that has been asked for signs of life for `absentAfterMs` already; 0 skips nobody.
     * `waitMs`: time until the next pace token, null when pace is not what limits.
     */
    async admit(input: {
      token: string;
      limit: number;
      absentAfterMs: number;
      dueNumber: number;
    }): Promise<
      { kind: 'done'; admitted: number; aside: number; isMore: boolean; waitMs: number | null } | { kind: 'notLeader' }
    > {
      assertBatch(input.limit);
      const reply = await call('admit', [input.token, input.limit, input.absentAfterMs, input.dueNumber]);
      const [word, admitted, aside, isMore, waitMs] = reply;
      if (word === 'notLeader') return { kind: word };
      if (word !== 'done') return unknownWord('admit', word);
      return {
        kind: word,
        admitted: Number(admitted),
        aside: Number(aside),
        isMore: isMore === 1,
        waitMs: Number(waitMs) < 0 ? null : Number(waitMs),
      };
    },

    /** Ends places whose time is over by 2 s, and the waiting of people aside who went silent; at most `limit` of each. */
    async endPlaces(input: {
      token: string;
      limit: number;
    }): Promise<{ kind: 'done'; ended: number; isMore: boolean } | { kind: 'notLeader' }> {
      assertBatch(input.limit);
      const [word, ended, isMore] = await call('end-places', [input.token, input.limit]);
      if (word === 'notLeader') return { kind: word };
      if (word !== 'done') return unknownWord('end-places', word);
      return { kind: word, ended: Number(ended), isMore: isMore === 1 };
    },

    /** Forgets old outcomes and changes, a piece a call; a returned cursor of '0' means that a full round is over. */
    async trim(input: {
      token: string;
      cursor: string;
      limit: number;
    }): Promise<{ kind: 'done'; cursor: string; trimmed: number } | { kind: 'notLeader' }> {
      const [word, cursor, trimmed] = await call('trim', [input.token, input.cursor, input.limit]);
      if (word === 'notLeader') return { kind: word };
      if (word !== 'done') return unknownWord('trim', word);
      return { kind: word, cursor: String(cursor), trimmed: Number(trimmed) };
    },

    /** The leader's tick. `dueNumber`: the highest number that is asked for signs of life from now on. */
    async setGate(input: {
      token: string;
      isOpen: boolean;
      reason: string;
      isMemoryFull: boolean;
      dueNumber: number;
    }): Promise<{ kind: 'done' } | { kind: 'notLeader' }> {
      const [word] = await call('set-gate', [
        input.token,
        input.isOpen ? 1 : 0,
        input.reason,
        input.isMemoryFull ? 1 : 0,
        input.dueNumber,
      ]);
      if (word === 'done' || word === 'notLeader') return { kind: word };
      return unknownWord('set-gate', word);
    },

    /**
     * The leader's word on the Redis it finds: `tailSeen` and `seqSeen` are the highest that any process has seen. Joins on
     * this server's run wait for it. `left`: numbers still to lift, call again.
     */
    async recover(input: {
      token: string;
      runId: string;
      tailSeen: number;
      seqSeen: number;
    }): Promise<{ kind: 'done'; epoch: number; left: number } | { kind: 'notLeader' }> {
      const [word, epoch, left] = await call('recover', [
        input.token,
        input.runId,
        input.tailSeen,
        input.seqSeen,
        maxBatch,
      ]);
      if (word === 'notLeader') return { kind: word };
      if (word !== 'done') return unknownWord('recover', word);
      return { kind: word, epoch: Number(epoch), left: Number(left) };
    },

    /** Gives back, aside, a number that a verified ticket proves and that Redis lost with its last second. */
    async restore(ticket: {
      visitorId: string;
      number: number;
      epoch: number;
    }): Promise<{ kind: 'restored'; number: number } | { kind: 'known' } | { kind: 'notLost' }> {
      const [word, number] = await call('restore', [ticket.visitorId, ticket.number, ticket.epoch]);
      if (word === 'restored') return { kind: word, number: Number(number) };
      if (word === 'known' || word === 'notLost') return { kind: word };
      return unknownWord('restore', word);
    },

    async readProgress(): Promise<LineProgress> {
      return parseProgress(await call('read-progress', []));
    },

    /**
     * What happened to the line, from the changes that are kept (5 minutes), at most `maxMovesRead` of them a call. `after`
     * and `upTo` are stream ids, or ms of Redis time; go on after `lastStreamId` while `isMore`.
     */
    async readMoves(range: {
      after: string;
      upTo: string;
    }): Promise<{ moves: LineMove[]; lastStreamId: string; isMore: boolean }> {
      const [lastStreamId, isMore, ...flat] = await call('read-moves', [range.after, range.upTo, maxMovesRead]);
      const moves: LineMove[] = [];
      for (let index = 0; index < flat.length; index += 4) {
        const [atMs = 0, joined = 0, passed = 0, left = 0] = flat.slice(index, index + 4).map(Number);
        moves.push({ atMs, joined, passed, left });
      }
      return { moves, lastStreamId: String(lastStreamId), isMore: isMore === 1 };
    },

    /** Bytes `fromByte`..`toByte` (inclusive) of the bitmap of numbers that left; shorter where it ends. */
    async readGone(fromByte: number, toByte: number): Promise<Buffer> {
      return redis.getrangeBuffer(keys.gone, fromByte, toByte);
    },

    /** Ids of everyone who holds a place, in pages; someone admitted or ended meanwhile may or may not be among them. */
    async *scanBooked(): AsyncGenerator<string[]> {
      let cursor = '0';
      do {
        const [next, ids] = await redis.sscan(keys.booked, cursor, 'COUNT', 1000);
        cursor = next;
        yield ids;
      } while (cursor !== '0');
    },
  };
}

type Reply = readonly (string | number | Reply)[];

function assertBatch(size: number): void {
  if (!(size >= 1 && size <= maxBatch)) throw new RangeError(`a batch has 1–${maxBatch} entries, not ${size}`);
}

function unknownWord(script: string, word: unknown): never {
  throw new Error(`${script}.lua answered ${JSON.stringify(word)}`);
}

function parseLeaseEnd(raw: unknown): LeaseEnd {
  return raw === 'inf' ? null : Number(raw);
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

function parseStanding([nowMs, seq, word, ...rest]: Reply): Standing {
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

function parseProgress(reply: Reply): LineProgress {
  const [nowMs, lastChangeId, listLength, queued, aside, booked, orders, countersFlat, gateFlat] = reply;
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
