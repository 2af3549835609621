import calculateSlot from 'cluster-key-slot';
import type { Cluster, Redis } from 'ioredis';

/** A connection to one Redis (alone, or the master that sentinels name), or one to each master of a cluster. */
export type RedisClient = Redis | Cluster;

export function isCluster(redis: RedisClient): redis is Cluster {
  return redis.isCluster;
}

/** Which server takes commands on `key`, as the client knows; empty on one Redis, and where nobody does. */
export function ownerOf(redis: RedisClient, key: string): string {
  return isCluster(redis) ? (redis.slots[calculateSlot(key)]?.[0] ?? '') : '';
}

/** The connection that takes commands on `key`; undefined while there is none. */
export function nodeOf(redis: RedisClient, key: string): Redis | undefined {
  if (!isCluster(redis)) return redis;
  const owner = ownerOf(redis, key);
  return redis.nodes('master').find(({ options }) => `${options.host}:${options.port}` === owner);
}

/** Whether one script can be given all of these keys: on one Redis always, on a cluster when they share a slot. */
export function isOneSlot(redis: RedisClient, keys: readonly string[]): boolean {
  return !isCluster(redis) || new Set(keys.map((key) => calculateSlot(key))).size <= 1;
}

/** The items in groups that one script can be given: on one Redis all of them, on a cluster by the slot of each one's key. */
export function groupBySlot<Item>(redis: RedisClient, items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  if (!isCluster(redis)) return items.length === 0 ? [] : [[...items]];
  return [...Map.groupBy(items, (item) => calculateSlot(keyOf(item))).values()];
}

export type RedisCommand = readonly [name: string, key: string, ...args: (string | number)[]];

/** Sends commands on any keys together and answers each one's reply, or its error, in their order. */
export async function sendTogether(redis: RedisClient, commands: readonly RedisCommand[]): Promise<unknown[]> {
  if (commands.length === 0) return [];
  if (!isCluster(redis)) {
    const results = (await redis.pipeline(commands.map((command) => [...command])).exec()) ?? [];
    return results.map(([error, reply]) => error ?? reply);
  }
  const results = await Promise.allSettled(commands.map(([name, ...args]) => redis.call(name, ...args)));
  return results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason));
}

/** Throws the first error among the replies of `sendTogether`. */
export function throwFirst(replies: readonly unknown[]): void {
  for (const reply of replies) if (reply instanceof Error) throw reply;
}

/**
 * Calls `listener` whenever an answer may have got lost: a connection closed, of a cluster one to any of its nodes. Returns
 * how to end that.
 */
export function onConnectionLost(redis: RedisClient, listener: () => void): () => void {
  const events = isCluster(redis) ? ['close', '-node'] : ['close'];
  for (const event of events) redis.on(event, listener);
  return () => {
    for (const event of events) redis.off(event, listener);
  };
}
