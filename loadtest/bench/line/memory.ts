import { createVisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { joinAll, openLine, visitorIdOf } from './line-under-test.ts';

export type Memory = { visitors: number; lineBytes: number; withRecordBytes: number };

/** Bytes of Redis memory a waiting visitor: list, set and ticket as Redis counts them; and with the visitor's record. */
export async function measureMemory(t: TestLike, { visitors }: { visitors: number }): Promise<Memory> {
  const { redis, keys, store } = await openLine(t);
  await joinAll({ store }, 0, visitors, 500);
  let lineBytes = 0;
  for (const key of [keys.list, keys.queued, keys.tickets]) {
    lineBytes += Number(await redis.memory('USAGE', key, 'SAMPLES', 0));
  }
  const usedBefore = await usedBytes(redis);
  const records = createVisitorStore({ redis });
  for (let from = 0; from < visitors; from += 500) {
    const visits = Array.from({ length: Math.min(500, visitors - from) }, (_, offset) => ({
      visitorId: visitorIdOf(from + offset),
      requests: 12,
      lastPath: '/ticketing',
      addressTag: 'c2a1f0b9d8e7',
      userAgentTag: 'a0b1c2d3e4f5',
    }));
    await records.touch(visits, 600_000);
  }
  const recordBytes = (await usedBytes(redis)) - usedBefore;
  return { visitors, lineBytes: lineBytes / visitors, withRecordBytes: (lineBytes + recordBytes) / visitors };
}

async function usedBytes(redis: { info(section: string): Promise<string> }): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
}
