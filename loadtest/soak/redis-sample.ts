import type { Redis } from 'ioredis';

/** Redis at one moment. */
export type RedisSample = {
  usedBytes: number;
  /** Of it, what a sale keeps until its end. */
  keptBytes: number;
  connections: number;
  /** Keys by pattern; of a pattern that is one key, how many elements it has. */
  counts: Record<string, number>;
};

/**
 * What grows with the orders of a sale, or by a bit a number, and is meant to (shared/stores/line/README.md, journeys); and
 * the console's readings, one each 2 s, of which a day is kept.
 */
const kept = ['booking:confirmed', 'booking:gone', 'booking:journeys', 'booking:history'];

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The keys that are alike have one pattern. */
export function patternOf(key: string): string {
  return key
    .replace(uuid, '<id>')
    .replace(/^booking:instance:.*/, 'booking:instance:<id>')
    .replace(/^(booking:limits:\w+):.*/, '$1:<name>');
}

export function isKept(pattern: string): boolean {
  return kept.includes(pattern);
}

/** Looks at every key: costs O(n) in small steps. */
export async function sampleRedis(redis: Redis): Promise<RedisSample> {
  const counts: Record<string, number> = {};
  const single = new Map<string, string>();
  for (let cursor = '0', isFirst = true; isFirst || cursor !== '0'; isFirst = false) {
    const [next, keys] = await redis.scan(cursor, 'COUNT', 1000);
    cursor = next;
    for (const key of keys) {
      const pattern = patternOf(key);
      counts[pattern] = (counts[pattern] ?? 0) + 1;
      if (pattern === key) single.set(key, '');
    }
  }
  for (const key of single.keys()) counts[key] = await countElements(redis, key);
  const [memory, clients, ...sizes] = await Promise.all([
    redis.info('memory'),
    redis.info('clients'),
    ...kept.map((key) => redis.memory('USAGE', key, 'SAMPLES', 200)),
  ]);
  return {
    usedBytes: Number(/^used_memory:(\d+)/m.exec(memory)?.[1]),
    keptBytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
    connections: Number(/^connected_clients:(\d+)/m.exec(clients)?.[1]),
    counts,
  };
}

async function countElements(redis: Redis, key: string): Promise<number> {
  switch (await redis.type(key)) {
    case 'list':
      return redis.llen(key);
    case 'set':
      return redis.scard(key);
    case 'zset':
      return redis.zcard(key);
    case 'hash':
      return redis.hlen(key);
    case 'stream':
      return redis.xlen(key);
    case 'string':
      return redis.strlen(key);
    default:
      return 0;
  }
}
