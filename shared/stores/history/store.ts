import type { RedisClient } from '../../redis/client.ts';
import type { EventKeys } from '../keys.ts';

/** 24 h of one reading each 2 s, about 50 bytes each. */
const maxReadings = 43_200;
const keptSec = 25 * 3600;
const pageSize = 1000;

/** Numbers by name as they were read at a time; null: not known then. */
export type HistoryReading = { atMs: number; values: Readonly<Record<string, number | null>> };

export type HistoryStore = ReturnType<typeof createHistoryStore>;

/** Readings of the console over a day, and sums that are too dear to be made anew. */
export function createHistoryStore({
  redis,
  keys,
}: {
  redis: RedisClient;
  keys: Pick<EventKeys, 'history' | 'historyTimes'>;
}) {
  return {
    /** Keeps a reading. False when there is one of that time or later: another process was quicker. */
    async add({ atMs, values }: HistoryReading): Promise<boolean> {
      const fields = Object.entries(values).flatMap(([name, value]) => [name, value ?? '']);
      try {
        await redis.xadd(keys.history, 'MAXLEN', '~', maxReadings, `${atMs}-1`, ...fields);
      } catch (error) {
        if (error instanceof Error && error.message.includes('equal or smaller')) return false;
        throw error;
      }
      await redis.expire(keys.history, keptSec);
      return true;
    },

    /** All from `sinceMs` on, oldest first, in pages. */
    async *read(sinceMs: number): AsyncGenerator<HistoryReading[]> {
      let from = `${Math.max(0, Math.floor(sinceMs))}`;
      while (true) {
        const page = await redis.xrange(keys.history, from, '+', 'COUNT', pageSize);
        yield page.map(([id, flat]) => readReading(id, flat));
        const last = page.at(-1);
        if (!last || page.length < pageSize) return;
        from = `(${last[0]}`;
      }
    },

    async writeTimes(text: string): Promise<void> {
      await redis.set(keys.historyTimes, text, 'EX', keptSec);
    },

    readTimes: (): Promise<string | null> => redis.get(keys.historyTimes),
  };
}

/** What is no number (somebody's hand) is not known. */
function readReading(id: string, flat: readonly string[]): HistoryReading {
  const values: Record<string, number | null> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const text = flat[index + 1] ?? '';
    const value = text === '' ? Number.NaN : Number(text);
    values[flat[index] ?? ''] = Number.isFinite(value) ? value : null;
  }
  return { atMs: Number(id.split('-')[0]), values };
}
