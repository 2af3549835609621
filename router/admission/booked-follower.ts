import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { type Change, type ChangeType, followChanges } from '@fairline/shared/redis/changes.ts';
import { onConnectionLost, type RedisClient } from '@fairline/shared/redis/client.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';
import type { BookedCopy } from './booked-copy.ts';

const minReloadPauseMs = 1000;
/** Spreads the reloads of many gateways that lost the same Redis. */
const maxReloadJitterMs = 500;

/** What a change says about holding a place; undefined: nothing. */
export function isBookedAfter(type: ChangeType): boolean | undefined {
  switch (type) {
    case 'admitted':
    case 'claimed':
      return true;
    case 'settings':
    case 'message':
    case 'blocked':
    case 'tier':
    case 'sale':
      return undefined;
    default:
      return false;
  }
}

/** Those who finished or gave back their place by themselves may see the end of what they look at. */
export function cutsOpenStreams(type: ChangeType): boolean {
  return type === 'revoked' || type === 'blocked' || type === 'expired';
}

export type BookedFollowerParts = {
  copy: BookedCopy;
  /** On a connection of its own (profile `worker`), the same as `redis`. */
  line: Pick<LineStore, 'readProgress' | 'scanBooked' | 'keys'>;
  redis: RedisClient;
  clock: Clock;
  random: () => number;
  signal: AbortSignal;
  logger: Logger;
  /** The copy is a whole new one: it was loaded, or emptied for a new sale. */
  onReplaced(): void;
  /** These visitors must not go on with what they have open: their place was taken or ran out, or they are blocked. */
  onEnded(visitorIds: readonly string[]): void;
  /** Further copies fed by the same changes: loaded together with the booked set, then told of every change. */
  alongside?: readonly FollowedCopy[];
};

export type FollowedCopy = { load(): Promise<void>; apply(change: Change): void };

/**
 * Keeps the copy current: loads it, then applies every change. After a gap it loads again, jittered and never closer
 * than a second after the last time; the old copy serves meanwhile.
 */
export function followBooked(parts: BookedFollowerParts): { stopped: Promise<void> } {
  const { copy, line, redis, clock, random, signal, logger, onReplaced, onEnded, alongside = [] } = parts;
  let loadedAtMs = Number.NEGATIVE_INFINITY;

  /**
   * Ids that stay in the set during the whole scan are in it for certain; those that come or go meanwhile are settled
   * by the changes after `seq`. A scan across two lives of a Redis promises nothing, so it begins anew.
   */
  async function load(): Promise<{ streamId: string; seq: number }> {
    for (;;) {
      let isLost = false;
      const onClose = () => {
        isLost = true;
      };
      const endWatch = onConnectionLost(redis, onClose);
      try {
        const { lastChangeId, seq } = await line.readProgress();
        const draft = copy.draft(seq);
        for await (const page of line.scanBooked()) draft.add(page);
        for (const other of alongside) await other.load();
        if (!isLost) {
          draft.finish();
          loadedAtMs = clock.monotonicMs();
          onReplaced();
          return { streamId: lastChangeId, seq };
        }
      } finally {
        endWatch();
      }
      await clock.sleep(minReloadPauseMs, signal);
    }
  }

  async function reload(reason: string) {
    const sinceMs = clock.monotonicMs() - loadedAtMs;
    await clock.sleep(Math.max(0, minReloadPauseMs - sinceMs) + random() * maxReloadJitterMs, signal);
    const position = await load();
    logger.info({ reason, booked: copy.size(), seq: position.seq }, 'copy of the booked set loaded again');
    return position;
  }

  async function run(): Promise<void> {
    const start = await loadFirst();
    if (!start) return;
    const { stopped } = followChanges({
      redis,
      keys: line.keys,
      fromStreamId: start.streamId,
      lastSeq: start.seq,
      signal,
      onChange: (change: Change) => {
        // Whoever held a place held it of the sale that ended.
        if (change.type === 'sale') {
          copy.clear(change.seq);
          onReplaced();
        }
        const visitorIds = change.visitors.map(({ id }) => id);
        copy.apply(change.seq, visitorIds, isBookedAfter(change.type));
        for (const other of alongside) other.apply(change);
        if (cutsOpenStreams(change.type)) onEnded(visitorIds);
      },
      onGap: reload,
      logger,
    });
    await stopped;
  }

  async function loadFirst(): Promise<{ streamId: string; seq: number } | undefined> {
    let lastProblem: string | undefined;
    while (!signal.aborted) {
      try {
        return await load();
      } catch (error) {
        if (signal.aborted) break;
        const problem = error instanceof Error ? error.message : String(error);
        if (problem !== lastProblem) logger.warn({ err: error }, 'the booked set cannot be read');
        lastProblem = problem;
        await clock.sleep(minReloadPauseMs, signal);
      }
    }
    return undefined;
  }

  // A command that waits for a Redis that is away ends only with its connection.
  signal.addEventListener('abort', () => redis.disconnect(), { once: true });
  return { stopped: run() };
}
