import { createLogger } from '@fairline/shared/logger.ts';
import { connectRedis } from '@fairline/shared/redis/connect.ts';
import { redisTuning } from '@fairline/shared/redis/server-tuning.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLockStore } from '@fairline/shared/stores/line/lock.ts';
import { createLineStore, type JoinRequest } from '@fairline/shared/stores/line/store.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';

export type LineUnderTest = Awaited<ReturnType<typeof openLine>>;
const token = 'bench';

/** A Redis of its own, as it is run for real (append-only file), with one event whose gate is open and whose places are few. */
export async function openLine(t: TestLike, { maxBooking = 0, event = 'default' } = {}) {
  const args = Object.entries(redisTuning.options).flatMap(([name, value]) => [`--${name}`, value]);
  const server = await startTestRedis(t, { args, env: redisTuning.environment });
  const redis = connectRedis({ url: server.url, profile: 'worker', name: 'bench', logger: silent });
  t.after(() => redis.disconnect());
  const keys = eventKeys(event);
  const store = createLineStore({ redis, keys });
  await createSettingsStore({ redis, keys }).save({
    maxBooking: String(maxBooking),
    maxQueue: '0',
    leaseMinutes: '10',
  });
  await createLockStore({ redis, keys }).acquire(token, 3_600_000);
  const pid = server.pid();
  if (pid === undefined) throw new Error('redis has no process');
  await store.setGate({ token, isOpen: true, reason: 'bench', isMemoryFull: false, dueNumber: 0 });
  return { server, redis, keys, store, pid, token };
}

export const silent = createLogger({ room: 'bench', instanceId: 'bench', level: 'silent' });

/** Ids in the form of real ones, different for every index. */
export function visitorIdOf(index: number): string {
  const hex = index.toString(16).padStart(12, '0');
  // A bijection of the index, so that ids are spread like random ones and never repeat.
  const mixed = (BigInt(index) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
  const text = mixed.toString(16).padStart(16, '0');
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${hex.slice(0, 3)}-a${text.slice(12, 15)}-${text.slice(15)}${hex.slice(1)}`;
}

export function* joinRequests(from: number, count: number, batch: number): Generator<JoinRequest[]> {
  for (let start = from; start < from + count; start += batch) {
    const length = Math.min(batch, from + count - start);
    yield Array.from({ length }, (_, offset) => ({ visitorId: visitorIdOf(start + offset), again: false }));
  }
}

const callsUnderWay = 4;

/** Joins that many visitors, a few calls under way at once. Throws when one of them does not join the line. */
export async function joinAll({ store }: Pick<LineUnderTest, 'store'>, from: number, count: number, batch: number) {
  const batches = joinRequests(from, count, batch);
  const run = async () => {
    for (const requests of batches) {
      const outcomes = await store.join(requests);
      const stranger = outcomes.find((outcome) => outcome.kind !== 'joined');
      if (stranger) throw new Error(`a join of the benchmark was answered ${stranger.kind}`);
    }
  };
  await Promise.all(Array.from({ length: callsUnderWay }, run));
}
