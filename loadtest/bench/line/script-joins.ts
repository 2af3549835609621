import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { measureCpuMs } from './cpu.ts';
import { joinAll, openLine, visitorIdOf } from './line-under-test.ts';
import { interleave } from './rounds.ts';

const batch = 500;
const othersFrom = 900_000_000;
const others = 1000;

export type ScriptJoins = { batch: number; inBatchesPerCpuSec: number; oneByOnePerCpuSec: number };

/** Joins that a second of Redis CPU takes: the shipped script in batches, and the same script called for one at a time. */
export async function measureScriptJoins(
  t: TestLike,
  { rounds, joins }: { rounds: number; joins: number },
): Promise<ScriptJoins> {
  const line = await openLine(t);
  await fillOtherKeys(line);
  let from = 0;
  const run = async (count: number, size: number) => {
    const start = from;
    from += count;
    const cpuMs = await measureCpuMs(line.pid, () => joinAll(line, start, count, size));
    return (count * 1000) / cpuMs;
  };
  await run(joins, batch);
  const seen = await interleave(rounds, {
    batches: () => run(joins, batch),
    single: () => run(Math.ceil(joins / 20), 1),
  });
  return { batch, inBatchesPerCpuSec: seen.batches, oneByOnePerCpuSec: seen.single };
}

/** Some hold a place, some have finished, some have left: an empty key would be looked up for nothing. */
async function fillOtherKeys({ redis, keys }: Awaited<ReturnType<typeof openLine>>): Promise<void> {
  const nowMs = Date.now();
  const ids = (kind: number) =>
    Array.from({ length: others }, (_, index) => visitorIdOf(othersFrom + kind * others + index));
  await redis.sadd(keys.booked, ...ids(0));
  await redis.hset(keys.confirmed, Object.fromEntries(ids(1).map((id) => [id, '{"order":"x"}'])));
  await redis.hset(keys.outcomes, Object.fromEntries(ids(2).map((id, index) => [id, `left ${index + 1} ${nowMs} 0`])));
}
