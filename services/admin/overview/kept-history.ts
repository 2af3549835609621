import type { Logger } from '@fairline/shared/logger.ts';
import type { HistoryStore } from '@fairline/shared/stores/history/store.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';
import type { LiveSnapshot } from '../contract/overview.ts';
import type { KeptTimes, TurnTracker } from '../turns/turn-tracker.ts';
import type { History } from './history.ts';

const keptMs = 24 * 3_600_000;
/** A longer silence of the console leaves the time of the numbers drawn meanwhile unknown. */
const longestGapMs = 60_000;

/** How many numbers each line had drawn. */
export type Tails = { tail: number; vipTail: number };

export type KeptHistory = ReturnType<typeof createKeptHistory>;

/** Keeps in Redis what the charts, the times of the funnel and the times of joining need, and takes it up again at the start. */
export function createKeptHistory({
  store,
  line,
  history,
  turns,
  logger,
}: {
  store: HistoryStore;
  line: Pick<LineStore, 'readProgress'>;
  history: History;
  turns: TurnTracker;
  logger: Logger;
}) {
  let isTold = false;
  let writtenSeq = 0;

  async function loadReadings(nowMs: number, epoch: number): Promise<void> {
    let before: { atMs: number; tails: Tails } | undefined;
    for await (const page of store.read(nowMs - keptMs)) {
      for (const { atMs, values } of page) {
        history.restore(atMs, values);
        // Numbers of another sale are no numbers of this one.
        if (values.epoch !== epoch) continue;
        const tails = { tail: values.tail ?? 0, vipTail: values.vipTail ?? 0 };
        if (before && atMs - before.atMs <= longestGapMs) turns.noteDrawn(before.tails, tails, atMs);
        else turns.forgetDrawn();
        before = { atMs, tails };
      }
    }
  }

  async function loadTimes(seq: number, sale: number): Promise<void> {
    const text = await store.readTimes();
    const kept = text === null ? undefined : parseTimes(text);
    // Of a Redis that has lost its end, or of the sale before: it says nothing of this one.
    if (kept && kept.sale === sale && kept.seq <= seq) turns.restore(kept);
  }

  return {
    /** Before anything is noted. Without an answer of Redis everything begins anew, which the log says. */
    async load(): Promise<void> {
      try {
        const { nowMs, epoch, seq, counters } = await line.readProgress();
        await loadReadings(nowMs, epoch);
        await loadTimes(seq, counters.sale ?? 0);
      } catch (error) {
        logger.warn({ err: error }, 'the history cannot be read: charts and times begin anew');
      }
    },

    /** Takes a reading in and keeps it; what Redis does not take is missing later. */
    note(snapshot: LiveSnapshot, tails: Tails): void {
      const point = history.note(snapshot);
      if (!point) return;
      const { atSec, ...values } = point;
      store
        .add({ atMs: atSec * 1_000, values: { ...values, epoch: snapshot.epoch, ...tails } })
        .catch((error: unknown) => {
          if (!isTold) logger.warn({ err: error }, 'the history cannot be kept');
          isTold = true;
        });
    },

    /** Now and then: sums that have changed. */
    async writeTimes(): Promise<void> {
      const kept = turns.keep();
      if (!kept || kept.seq === writtenSeq) return;
      await store.writeTimes(JSON.stringify(kept));
      writtenSeq = kept.seq;
    },

    read: (minutes: number) => history.read(minutes),
  };
}

/** undefined for what is not of our form (somebody's hand, another version). */
function parseTimes(text: string): KeptTimes | undefined {
  try {
    const value = JSON.parse(text) as Partial<KeptTimes> | null;
    const isCount = (count: unknown) => Number.isSafeInteger(count) && Number(count) >= 0;
    if (![value?.seq, value?.sale, value?.sinceMs].every(isCount) || !Array.isArray(value?.tallies)) return undefined;
    if (!value.tallies.every((counts) => Array.isArray(counts) && counts.every(isCount))) return undefined;
    return value as KeptTimes;
  } catch {
    return undefined;
  }
}
