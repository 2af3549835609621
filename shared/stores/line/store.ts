import type { RedisClient } from '../../redis/client.ts';
import { trackRunId } from '../../redis/run-id.ts';
import { bindScript, loadScript } from '../../redis/scripts.ts';
import type { EventKeys } from '../keys.ts';
import type { LineName } from './numbers.ts';
import type {
  AdmitOutcome,
  CancelOutcome,
  ConfirmOutcome,
  EndPlacesOutcome,
  JoinOutcome,
  JoinRequest,
  LeaveOutcome,
  LineMoves,
  LineProgress,
  MoveToVipOutcome,
  RecoverOutcome,
  RenewOutcome,
  RestoreOutcome,
  RevokeOutcome,
  SetGateOutcome,
  Standing,
  TrimOutcome,
} from './outcomes.ts';
import {
  parseAdmit,
  parseCancel,
  parseConfirm,
  parseEndPlaces,
  parseJoins,
  parseLeave,
  parseMoves,
  parseMoveToVip,
  parseProgress,
  parseRecover,
  parseRenewals,
  parseRestore,
  parseRevoke,
  parseSetGate,
  parseStanding,
  parseTrim,
  type Reply,
} from './replies.ts';

export type * from './outcomes.ts';

const folder = new URL('./scripts/', import.meta.url);
const names = [
  'join',
  'leave',
  'confirm',
  'cancel',
  'renew',
  'revoke',
  'note-signs',
  'move-to-vip',
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
export function createLineStore({
  redis,
  keys,
  seqSeen = () => 0,
}: {
  redis: RedisClient;
  keys: EventKeys;
  /** The newest change that this process has seen: joins on a Redis that knows less wait for the leader's word. */
  seqSeen?: () => number;
}) {
  const bound = Object.fromEntries(
    Object.entries(scripts).map(([name, script]) => [name, bindScript(redis, script, keys)]),
  );
  const runId = trackRunId(redis, keys.counters);
  const call = async (name: (typeof names)[number], args: readonly (string | number)[]): Promise<Reply> => {
    const run = bound[name];
    if (!run) throw new Error(`no script ${name}`);
    return (await run(args)) as Reply;
  };

  /** A Redis without memory takes nobody new, but whoever is there already has their place. */
  async function findWithoutMemory(visitorId: string, again: boolean): Promise<JoinOutcome> {
    const standing = parseStanding(await call('read-standing', [visitorId]));
    if (standing.kind === 'none' || (standing.kind === 'ended' && again)) return { kind: 'full' };
    return standing.kind === 'booked' ? { ...standing, isNew: false } : standing;
  }

  return {
    keys,

    /** Answers in the order of the requests; at most `maxBatch`. Safe to repeat: whoever is in keeps the first number. */
    async join(requests: readonly JoinRequest[]): Promise<JoinOutcome[]> {
      if (requests.length === 0) return [];
      assertBatch(requests.length);
      const args = [
        await runId(),
        seqSeen(),
        requests.map((request) => (request.again ? '1' : '0')).join(''),
        requests.flatMap(({ isVip }, index) => (isVip ? [index + 1] : [])).join(' '),
        ...requests.map((request) => request.visitorId),
      ];
      try {
        return parseJoins(requests, await call('join', args));
      } catch (error) {
        if (!isOutOfMemory(error)) throw error;
        return await Promise.all(requests.map(({ visitorId, again }) => findWithoutMemory(visitorId, again)));
      }
    },

    /** Gives up the line, aside or the booked place, whichever the visitor has. Safe to repeat. */
    async leave(visitorId: string): Promise<LeaveOutcome> {
      return parseLeave(await call('leave', [visitorId]));
    },

    /** Stores `order` (JSON) and frees the place. Asked again, it answers the first order with `isNew` false. */
    async confirm(
      visitorId: string,
      order: string,
      /** `isWrittenAgain`: an order that is there already is a write as well, which `WAIT` then covers. */
      { isWrittenAgain = false } = {},
    ): Promise<ConfirmOutcome> {
      return parseConfirm(await call('confirm', [visitorId, order, isWrittenAgain ? 1 : 0]));
    },

    /** Gives a booked place back. Safe to repeat. */
    async cancel(visitorId: string): Promise<CancelOutcome> {
      return parseCancel(await call('cancel', [visitorId]));
    },

    /** Notes activity of booked visitors, at most `maxBatch`: the first claims the place, each moves its end. */
    async renew(visitorIds: readonly string[]): Promise<RenewOutcome[]> {
      if (visitorIds.length === 0) return [];
      assertBatch(visitorIds.length);
      return parseRenewals(await call('renew', [visitorIds.join(' ')]));
    },

    /** An operator's word: takes the place or the place in line away. */
    async revoke(visitorId: string): Promise<RevokeOutcome> {
      return parseRevoke(await call('revoke', [visitorId]));
    },

    /** Signs of life of people who wait, at most `maxBatch`; someone aside may enter again from now on. */
    async noteSigns(visitorIds: readonly string[]): Promise<void> {
      if (visitorIds.length === 0) return;
      assertBatch(visitorIds.length);
      await call('note-signs', visitorIds);
    },

    /** For a visitor who became a VIP while waiting: to the end of the VIP line, where that makes the wait no longer. */
    async moveToVip(visitorId: string): Promise<MoveToVipOutcome> {
      return parseMoveToVip(await call('move-to-vip', [visitorId]));
    },

    async readStanding(visitorId: string): Promise<Standing> {
      return parseStanding(await call('read-standing', [visitorId]));
    },

    /**
     * Admits from aside and from the heads of the lines as far as the rule allows, looking at no more than `limit` entries
     * of each. `dueNumber`: the highest number that has been asked for signs of life for `absentAfterMs` already, and
     * `vipDueNumber` the same in the VIP line's own count; 0 skips nobody.
     */
    async admit({
      token,
      limit,
      absentAfterMs,
      dueNumber,
      vipDueNumber = 0,
    }: {
      token: string;
      limit: number;
      absentAfterMs: number;
      dueNumber: number;
      vipDueNumber?: number;
    }): Promise<AdmitOutcome> {
      assertBatch(limit);
      return parseAdmit(await call('admit', [token, limit, absentAfterMs, dueNumber, vipDueNumber]));
    },

    /** Ends places whose time is over by 2 s, and the waiting of people aside who went silent; at most `limit` of each. */
    async endPlaces(input: { token: string; limit: number }): Promise<EndPlacesOutcome> {
      assertBatch(input.limit);
      return parseEndPlaces(await call('end-places', [input.token, input.limit]));
    },

    /** Forgets old outcomes and changes, a piece a call, from the cursor that the last one answered. */
    async trim(input: { token: string; cursor: string; limit: number }): Promise<TrimOutcome> {
      return parseTrim(await call('trim', [input.token, input.cursor, input.limit]));
    },

    /** The leader's tick. `dueNumber`: the highest number that is asked for signs of life from now on, in each line. */
    async setGate(input: {
      token: string;
      isOpen: boolean;
      reason: string;
      isMemoryFull: boolean;
      dueNumber: number;
      vipDueNumber?: number;
    }): Promise<SetGateOutcome> {
      const reply = await call('set-gate', [
        input.token,
        input.isOpen ? 1 : 0,
        input.reason,
        input.isMemoryFull ? 1 : 0,
        input.dueNumber,
        input.vipDueNumber ?? 0,
      ]);
      return parseSetGate(reply);
    },

    /**
     * The leader's word on the Redis it finds: `tailSeen`, `vipTailSeen` (in its line's own count) and `seqSeen` are the
     * highest that any process has seen. Joins on this server's run wait for it.
     */
    async recover({
      token,
      runId,
      tailSeen,
      seqSeen,
      vipTailSeen = 0,
    }: {
      token: string;
      runId: string;
      tailSeen: number;
      seqSeen: number;
      vipTailSeen?: number;
    }): Promise<RecoverOutcome> {
      return parseRecover(await call('recover', [token, runId, tailSeen, seqSeen, maxBatch, vipTailSeen]));
    },

    /** Gives back, aside, a number that a verified ticket proves and that Redis lost with its last second. */
    async restore(ticket: { visitorId: string; number: number; epoch: number }): Promise<RestoreOutcome> {
      return parseRestore(await call('restore', [ticket.visitorId, ticket.number, ticket.epoch]));
    },

    async readProgress(): Promise<LineProgress> {
      return parseProgress(await call('read-progress', []));
    },

    /**
     * What happened to the line, from the changes that are kept (5 minutes), at most `maxMovesRead` of them a call. `after`
     * and `upTo` are stream ids, or ms of Redis time; go on after `lastStreamId` while `isMore`.
     */
    async readMoves(range: { after: string; upTo: string }): Promise<LineMoves> {
      return parseMoves(await call('read-moves', [range.after, range.upTo, maxMovesRead]));
    },

    /** Bytes `fromByte`..`toByte` (inclusive) of the bitmap of numbers that left a line; shorter where it ends. */
    async readGone(fromByte: number, toByte: number, line: LineName = 'public'): Promise<Buffer> {
      return redis.getrangeBuffer(line === 'vip' ? keys.vipGone : keys.gone, fromByte, toByte);
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

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('OOM ');
}

function assertBatch(size: number): void {
  if (!(size >= 1 && size <= maxBatch)) throw new RangeError(`a batch has 1–${maxBatch} entries, not ${size}`);
}
