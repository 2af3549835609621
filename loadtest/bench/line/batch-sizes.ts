import { connectRedis } from '@fairline/shared/redis/connect.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { createJoinBatcher } from '../../../services/waiting-room/line/join-batcher.ts';
import { median } from '../../report/median.ts';
import { openLine, silent, visitorIdOf } from './line-under-test.ts';

export type BatchSizes = {
  offeredPerSec: number;
  joinedPerSec: number;
  medianBatch: number;
  meanBatch: number;
  refused: number;
};

/** The batches that the waiting-room's own batcher makes when joins come at a rate, whether answered or not. */
export async function measureBatchSizes(
  t: TestLike,
  { rates, seconds }: { rates: readonly number[]; seconds: number },
): Promise<BatchSizes[]> {
  const line = await openLine(t);
  const redis = connectRedis({ url: line.server.url, profile: 'request', name: 'requests', logger: silent });
  t.after(() => redis.disconnect());
  const store = createLineStore({ redis, keys: line.keys });
  await new Promise((resolve) => redis.once('ready', resolve));
  let next = 0;
  const results: BatchSizes[] = [];
  for (const offeredPerSec of rates) {
    const sizes: number[] = [];
    const batcher = createJoinBatcher({
      store: {
        join(requests) {
          sizes.push(requests.length);
          return store.join(requests);
        },
      },
    });
    let refused = 0;
    const answers: Promise<unknown>[] = [];
    const startMs = performance.now();
    for (let offered = 0; ; ) {
      const elapsedSec = (performance.now() - startMs) / 1000;
      const due = Math.floor(Math.min(seconds, elapsedSec) * offeredPerSec);
      for (; offered < due; offered++) {
        const request = { visitorId: visitorIdOf(next++), again: false };
        answers.push(batcher.join(request).catch(() => refused++));
      }
      if (elapsedSec >= seconds) break;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(answers);
    const wholeSec = (performance.now() - startMs) / 1000;
    const joined = answers.length - refused;
    results.push({
      offeredPerSec,
      joinedPerSec: joined / wholeSec,
      medianBatch: median(sizes),
      meanBatch: answers.length / sizes.length,
      refused,
    });
  }
  return results;
}
