import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import { type Change, followChanges } from '@fairline/shared/redis/changes.ts';
import type { RedisClient } from '@fairline/shared/redis/client.ts';
import type { JourneyStore, TurnRow } from '@fairline/shared/stores/journeys/store.ts';
import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';
import type { RecentChanges } from './recent-changes.ts';
import type { TurnTracker } from './turn-tracker.ts';

const flushEveryMs = 500;
/** Rows that wait for Redis; beyond it the oldest are given up, and the log says so. */
const maxPending = 100_000;

/**
 * Follows the changes, those that are kept first (5 minutes), for the figures of this process and for the journal.
 * `onChange` is called with each new one.
 */
export function followTurns({
  line,
  journeys,
  changesConnection,
  keys,
  turns,
  recent,
  clock,
  signal,
  logger,
  onChange,
}: {
  line: Pick<LineStore, 'readProgress'>;
  journeys: Pick<JourneyStore, 'note'>;
  /** Of its own, profile `worker`: it blocks. */
  changesConnection: RedisClient;
  keys: Pick<EventKeys, 'changes'>;
  turns: TurnTracker;
  recent: RecentChanges;
  clock: Clock;
  signal: AbortSignal;
  logger: Logger;
  onChange(change: Change): void;
}): { flush(): Promise<void>; stopped: Promise<void> } {
  let pending: { sale: number; row: TurnRow }[] = [];
  let sale: number | undefined;
  let lost = 0;

  function take(change: Change): void {
    if (change.type === 'sale') sale = Number(change.fields.sale ?? 0);
    const rows = turns.apply(change);
    recent.note(change);
    if (sale !== undefined) for (const row of rows) pending.push({ sale, row });
    if (pending.length > maxPending) lost += pending.splice(0, pending.length - maxPending).length;
    onChange(change);
  }

  async function flush(): Promise<void> {
    // What Redis does not take now is offered again, oldest first.
    while (pending.length > 0) {
      const [first] = pending;
      const piece = pending.filter((entry) => entry.sale === first?.sale).slice(0, 1_000);
      await journeys.note(
        first?.sale ?? 0,
        piece.map(({ row }) => row),
      );
      const done = new Set(piece);
      pending = pending.filter((entry) => !done.has(entry));
    }
    if (lost > 0) logger.warn({ lost }, 'turns could not be noted while Redis was away');
    lost = 0;
  }

  async function begin(): Promise<void> {
    while (!signal.aborted && sale === undefined) {
      try {
        sale = (await line.readProgress()).counters.sale ?? 0;
        turns.noteSale(sale);
      } catch (error) {
        logger.debug({ err: error }, 'the number of the sale cannot be read yet');
        await clock.sleep(1_000, signal);
      }
    }
  }

  async function run(): Promise<void> {
    await begin();
    if (signal.aborted) {
      changesConnection.disconnect();
      return;
    }
    const follower = followChanges({
      redis: changesConnection,
      keys,
      fromStreamId: '0-0',
      signal,
      logger,
      onChange: take,
      async onGap() {
        const progress = await line.readProgress();
        // Somebody emptied Redis, or it lost its end: numbers begin anew or were never drawn.
        if (progress.seq < turns.lastSeq()) turns.reset(progress.nowMs);
        sale = progress.counters.sale ?? 0;
        turns.noteSale(sale);
        return undefined;
      },
    });
    const flushing = runLoop({ name: 'journeys', intervalMs: flushEveryMs, clock, signal, logger, step: flush });
    await Promise.all([follower.stopped, flushing.stopped]);
    await flush().catch((error: unknown) => logger.warn({ err: error }, 'the last turns could not be noted'));
  }

  return { flush, stopped: run() };
}
