import type { Logger } from 'pino';
import type { EventKeys } from '../stores/keys.ts';
import type { Whereabouts } from '../stores/line/store.ts';
import { isCluster, onConnectionLost, ownerOf, type RedisClient } from './client.ts';
import { readRunId } from './run-id.ts';

export type ChangeType =
  | 'joined'
  | 'admitted'
  | 'claimed'
  | 'confirmed'
  | 'cancelled'
  | 'left'
  | 'expired'
  | 'revoked'
  | 'aside'
  | 'settings'
  | 'message'
  | 'blocked'
  | 'tier'
  | 'sale';

export type Change = {
  streamId: string;
  /** Dense: the next change of the event has seq + 1. */
  seq: number;
  type: ChangeType;
  /** Where the visitors were before; null when that says nothing. */
  from: Whereabouts | null;
  visitors: readonly { id: string; number: number }[];
  /** Redis time. */
  atMs: number;
  fields: Readonly<Record<string, string>>;
};

/**
 * An operator let these visitors in before their turn (field `by`): they left the middle of the line, which did not move on.
 */
export function isAheadOfTurn({ type, fields }: Pick<Change, 'type' | 'fields'>): boolean {
  return type === 'admitted' && fields.by === 'operator';
}

export type GapReason = 'skipped' | 'connection lost' | 'redis restarted';

const wholeNumber = /^\d{1,15}$/;

/** One entry of the stream; undefined when it is not of our form (somebody's hand): it says nothing, and counts as not there. */
export function parseChange(streamId: string, flat: readonly string[]): Change | undefined {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) fields[String(flat[index])] = String(flat[index + 1]);
  if (!wholeNumber.test(fields.seq ?? '') || !wholeNumber.test(fields.at ?? '0') || !fields.type) return undefined;
  const words = fields.visitors ? fields.visitors.split(' ') : [];
  const visitors: { id: string; number: number }[] = [];
  for (let index = 0; index < words.length; index += 2) {
    if (!wholeNumber.test(words[index + 1] ?? '')) return undefined;
    visitors.push({ id: String(words[index]), number: Number(words[index + 1]) });
  }
  return {
    streamId,
    seq: Number(fields.seq),
    type: fields.type as ChangeType,
    from: fields.from ? (fields.from as Whereabouts) : null,
    visitors,
    atMs: Number(fields.at ?? 0),
    fields,
  };
}

const pageSize = 1000;
const blockMs = 5000;
/** On a cluster a read that hangs on a lost server is given up so soon, and a move of the slot is seen. */
const clusterBlockMs = 1000;

/**
 * Follows the changes of one event on a connection of its own (profile `worker`), from `fromStreamId` or from now on.
 * `onGap` is called when a `seq` was skipped or the connection was lost: what was missed is unknown, the owner reloads and
 * may name the entry to go on from by returning its id. Ends when `signal` aborts; a throwing `onChange` is logged.
 */
export function followChanges({
  redis,
  keys,
  fromStreamId = '$',
  lastSeq,
  signal,
  onChange,
  onGap,
  logger,
}: {
  redis: RedisClient;
  keys: Pick<EventKeys, 'changes'>;
  fromStreamId?: string;
  /** `seq` of the entry `fromStreamId`; the first entry after it must be the next one. */
  lastSeq?: number;
  signal: AbortSignal;
  onChange(change: Change): void;
  /** Resolves to where to go on; undefined: with the entry that showed the gap. */
  onGap(reason: GapReason): Promise<{ streamId: string; seq: number } | undefined>;
  logger: Logger;
}): { stopped: Promise<void> } {
  let position = fromStreamId;
  let seq = lastSeq;
  let runId: string | undefined;
  let isLost = false;
  let owner = '';

  const onClose = () => {
    isLost = true;
  };
  const endWatch = onConnectionLost(redis, onClose);

  async function goOn(reason: GapReason): Promise<void> {
    const place = await onGap(reason);
    if (place) {
      position = place.streamId;
      seq = place.seq;
    } else {
      seq = undefined;
    }
  }

  /** '$' would miss what comes between two reads, so it is turned into an id at once. */
  async function pinPosition(): Promise<void> {
    if (position !== '$') return;
    const newest = await redis.xrevrange(keys.changes, '+', '-', 'COUNT', 1);
    position = newest[0]?.[0] ?? '0-0';
  }

  async function step(): Promise<void> {
    // The client follows a slot that moved without a word.
    if (owner !== ownerOf(redis, keys.changes)) isLost = true;
    if (isLost || runId === undefined) {
      const wasLost = isLost;
      isLost = false;
      const before = runId;
      runId = await readRunId(redis, keys.changes);
      owner = ownerOf(redis, keys.changes);
      if (before !== undefined && runId !== before) await goOn('redis restarted');
      else if (wasLost && before !== undefined) await goOn('connection lost');
    }
    await pinPosition();
    const waitMs = isCluster(redis) ? clusterBlockMs : blockMs;
    const reply = (await redis.xread('COUNT', pageSize, 'BLOCK', waitMs, 'STREAMS', keys.changes, position)) as
      | [string, [string, string[]][]][]
      | null;
    for (const [streamId, flat] of reply?.[0]?.[1] ?? []) {
      if (signal.aborted) return;
      const change = parseChange(streamId, flat);
      position = streamId;
      if (!change) continue;
      // Lower numbers come after the counters were lost or wiped: as much a gap as a hole.
      if (seq !== undefined && change.seq !== seq + 1) {
        await goOn('skipped');
        if (seq !== undefined) return;
      }
      seq = change.seq;
      try {
        onChange(change);
      } catch (error) {
        logger.error({ err: error, seq: change.seq, type: change.type }, 'a change could not be applied');
      }
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        // A read that waits to be sent again after a reconnect is never settled by `disconnect`.
        await settledOrAborted(step(), signal);
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        if (failures === 0) logger.warn({ err: error }, 'the stream of changes cannot be read');
        failures += 1;
        isLost = true;
        await pause(Math.min(1000, 50 * 2 ** failures), signal);
      }
    }
    endWatch();
  }

  // A blocking read ends only with its connection.
  signal.addEventListener('abort', () => redis.disconnect(), { once: true });
  return { stopped: run() };
}

/** Settles as `work` does, or when the signal aborts; leaves nothing behind on the signal, which lives as long as the process. */
function settledOrAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
