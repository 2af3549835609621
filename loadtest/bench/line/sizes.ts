import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { median } from '../../report/median.ts';
import { measureCpuMs } from './cpu.ts';
import { joinAll, type LineUnderTest, openLine } from './line-under-test.ts';

export type SizeCost = { waiting: number; joinUs: number; admissionUs: number };

const batch = 500;
const admitLimit = 1000;
const leastVisitors = 60_000;

/**
 * Redis CPU of a join while a line grows from `waiting` to twice that, and of an admission while it shrinks back: over a
 * doubling, so that the moments at which Redis enlarges a table weigh what they weigh. Short lines are measured many times.
 */
export async function measureSizes(t: TestLike, sizes: readonly number[]): Promise<SizeCost[]> {
  const costs: SizeCost[] = [];
  for (const waiting of sizes) {
    const line = await openLine(t);
    const joinUs: number[] = [];
    const admissionUs: number[] = [];
    const times = Math.max(1, Math.ceil(leastVisitors / waiting));
    for (let time = 0; time < times; time++) {
      const from = time * 2 * waiting;
      await joinAll(line, from, waiting, batch);
      const joinMs = await measureCpuMs(line.pid, () => joinAll(line, from + waiting, waiting, batch));
      const admitMs = await measureCpuMs(line.pid, () => admitDownTo(line, waiting));
      joinUs.push((joinMs * 1000) / waiting);
      admissionUs.push((admitMs * 1000) / waiting);
      await empty(line);
    }
    costs.push({ waiting, joinUs: median(joinUs), admissionUs: median(admissionUs) });
    await line.server.stop('SIGKILL');
  }
  return costs;
}

async function admitDownTo({ store, redis, keys, token }: LineUnderTest, waiting: number): Promise<void> {
  await redis.hset(keys.settingsGood, 'maxBooking', waiting);
  await store.setGate({ token, isOpen: true, reason: 'bench', isMemoryFull: false, dueNumber: 0 });
  for (let admitted = 0; admitted < waiting; ) {
    const outcome = await store.admit({ token, limit: admitLimit, absentAfterMs: 90_000, dueNumber: 0 });
    if (outcome.kind !== 'done' || outcome.admitted === 0) throw new Error(`nobody was admitted after ${admitted}`);
    admitted += outcome.admitted;
  }
}

async function empty({ redis, keys }: LineUnderTest): Promise<void> {
  const { settings, settingsGood, lock, gate, ...line } = keys;
  await redis.del(...Object.values(line));
  await redis.hset(settingsGood, 'maxBooking', 0);
}
