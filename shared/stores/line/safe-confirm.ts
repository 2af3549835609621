import { nodeOf, onConnectionLost, type RedisClient } from '../../redis/client.ts';
import type { EventKeys } from '../keys.ts';
import type { ConfirmOutcome } from './outcomes.ts';
import { createLineStore } from './store.ts';

export type SafeConfirmOutcome =
  | ConfirmOutcome
  /** The order stands, but not yet on as many replicas as it takes: a failover now could lose it. Ask again. */
  | { kind: 'notSafe'; seq: number };

type Pending = {
  visitorId: string;
  order: string;
  resolve(outcome: SafeConfirmOutcome): void;
  reject(problem: unknown): void;
};

/**
 * Confirms, and says so only once `replicas` replicas hold the order. `WAIT` speaks of what its own connection has written, so
 * `redis` is a connection for nothing else; asked again, an order is written again, so that the wait covers it. Those that
 * come while others are waited for go together, with one wait for all: a replica that is away costs each at most twice `waitMs`.
 */
export function createSafeConfirm({
  redis,
  keys,
  replicas,
  waitMs,
}: {
  redis: RedisClient;
  keys: EventKeys;
  replicas: number;
  waitMs: number;
}) {
  const line = createLineStore({ redis, keys });
  let queue: Pending[] = [];
  let isUnderWay = false;
  let connections = 0;
  onConnectionLost(redis, () => {
    connections += 1;
  });

  /** Another connection in between has written nothing: its wait would be over at once and say nothing. */
  async function isHeldByReplicas(before: number, node: ReturnType<typeof nodeOf>): Promise<boolean> {
    if (!node) return false;
    const acknowledged = await node.wait(replicas, waitMs).catch(() => 0);
    return acknowledged >= replicas && connections === before && nodeOf(redis, keys.confirmed) === node;
  }

  async function confirmTogether(batch: readonly Pending[]): Promise<void> {
    const before = connections;
    const node = nodeOf(redis, keys.confirmed);
    const results = await Promise.allSettled(
      batch.map(({ visitorId, order }) => line.confirm(visitorId, order, { isWrittenAgain: true })),
    );
    const isAnyNew = results.some((result) => result.status === 'fulfilled' && result.value.kind === 'confirmed');
    const isSafe = isAnyNew && (await isHeldByReplicas(before, node));
    for (const [index, result] of results.entries()) {
      const pending = batch[index];
      if (result.status === 'rejected') pending?.reject(result.reason);
      else if (result.value.kind !== 'confirmed' || isSafe) pending?.resolve(result.value);
      else pending?.resolve({ kind: 'notSafe', seq: result.value.seq });
    }
  }

  async function run(): Promise<void> {
    isUnderWay = true;
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      await confirmTogether(batch);
    }
    isUnderWay = false;
  }

  return {
    confirm: (visitorId: string, order: string): Promise<SafeConfirmOutcome> =>
      new Promise((resolve, reject) => {
        queue.push({ visitorId, order, resolve, reject });
        if (!isUnderWay) void run();
      }),
  };
}
