import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import { type Change, followChanges } from '@fairline/shared/redis/changes.ts';
import type { RedisClient } from '@fairline/shared/redis/client.ts';
import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import type { LineProgress } from '@fairline/shared/stores/line/store.ts';
import type { LineCopy, LineSource } from './line-copy.ts';

const lookIntervalMs = 1000;
/** Two looks in a row that failed. */
const lostAfterMs = 2500;

export type LineFollower = {
  /** Whether Redis has not answered for so long that the copy is only the last word known. */
  isLost(): boolean;
  stopped: Promise<void>;
};

/**
 * Keeps the copy of the line current: loads it, takes every change in as it comes, looks at the counters once a second and
 * loads again when something was missed. `onLook` is called after each look with whether Redis answered.
 */
export function followLine({
  source,
  changesConnection,
  keys,
  copy,
  clock,
  signal,
  logger,
  onChange,
  onReload,
  onLook,
}: {
  source: LineSource;
  /** Of its own, profile `worker`: it blocks. */
  changesConnection: RedisClient;
  keys: Pick<EventKeys, 'changes'>;
  copy: LineCopy;
  clock: Clock;
  signal: AbortSignal;
  logger: Logger;
  onChange(change: Change): void;
  /** After each load of the whole copy, with the moment it holds. */
  onReload(progress: LineProgress): void;
  onLook(isLost: boolean): void;
}): LineFollower {
  let answeredAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<LineProgress> | undefined;
  let followed: Promise<void> | undefined;
  const isLost = () => clock.monotonicMs() - answeredAtMs > lostAfterMs;

  async function loadOnce(): Promise<LineProgress> {
    const progress = await copy.load(source);
    answeredAtMs = clock.monotonicMs();
    onReload(progress);
    return progress;
  }

  function load(): Promise<LineProgress> {
    loading ??= loadOnce().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  function follow(from: LineProgress): Promise<void> {
    return followChanges({
      redis: changesConnection,
      keys,
      fromStreamId: from.lastChangeId,
      lastSeq: from.seq,
      signal,
      logger,
      onChange(change) {
        copy.apply(change);
        onChange(change);
      },
      async onGap(reason) {
        logger.warn({ reason }, 'changes of the line were missed, loading it again');
        const progress = await load();
        return { streamId: progress.lastChangeId, seq: progress.seq };
      },
    }).stopped;
  }

  async function look(): Promise<void> {
    try {
      if (!followed) {
        followed = follow(await load());
        return;
      }
      const progress = await source.readProgress();
      answeredAtMs = clock.monotonicMs();
      if (copy.refresh(progress) === 'reload') await load();
    } finally {
      onLook(isLost());
    }
  }

  const loop = runLoop({ name: 'line', intervalMs: lookIntervalMs, clock, signal, logger, step: look });
  return { isLost, stopped: loop.stopped.then(() => followed) };
}
