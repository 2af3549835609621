import type { Redis } from 'ioredis';
import type { VisitorTier } from '../../contracts/routing-rules.ts';
import { loadScript } from '../../redis/scripts.ts';
import { sharedKeys } from '../keys.ts';
import { toTier } from './tiers.ts';

export type Visit = {
  visitorId: string;
  /** Requests since the last note. */
  requests: number;
  lastPath: string;
  /** Salted tags, never the address or the user agent itself. */
  addressTag: string;
  userAgentTag: string;
  /** As the asker knows it; a record that exists already keeps what it says. `standard` when left out. */
  tier?: VisitorTier;
};

export type VisitorRecord = {
  firstSeenMs: number;
  lastSeenMs: number;
  requests: number;
  lastPath: string;
  addressTag: string;
  userAgentTag: string;
  tier: VisitorTier;
  session: Readonly<Record<string, string>>;
};

const folder = new URL('./scripts/', import.meta.url);
const lineFolder = new URL('../line/scripts/', import.meta.url);
const touchScript = loadScript(folder, 'touch-visitor', lineFolder);
const writeSessionScript = loadScript(folder, 'write-session', lineFolder);
const sessionPrefix = 'session:';

export type VisitorStore = ReturnType<typeof createVisitorStore>;

/** Visitor records and the index of active visitors. A record lives `ttlMs` after the last note. */
export function createVisitorStore({ redis }: { redis: Redis }) {
  redis.defineCommand('fairline:touch-visitor', { lua: touchScript.source, numberOfKeys: 1 });
  redis.defineCommand('fairline:write-session', { lua: writeSessionScript.source, numberOfKeys: 1 });

  return {
    /** Notes a batch of visits in one round trip; each record by itself is atomic. */
    async touch(visits: readonly Visit[], ttlMs: number): Promise<void> {
      if (visits.length === 0) return;
      const pipeline = redis.pipeline();
      const commands = pipeline as unknown as Record<string, (...args: (string | number)[]) => unknown>;
      for (const visit of visits) {
        commands['fairline:touch-visitor']?.call(
          pipeline,
          sharedKeys.visitor(visit.visitorId),
          visit.requests,
          visit.lastPath,
          visit.addressTag,
          visit.userAgentTag,
          ttlMs,
          visit.tier ?? 'standard',
        );
      }
      const results = await pipeline.exec();
      const seen: (string | number)[] = [];
      for (const [index, [error, nowMs]] of (results ?? []).entries()) {
        if (error) throw error;
        seen.push(Number(nowMs), String(visits[index]?.visitorId));
      }
      await redis.zadd(sharedKeys.visitors, ...seen);
    },

    /** null when nobody of that id has been here lately. */
    async read(visitorId: string): Promise<VisitorRecord | null> {
      const hash = await redis.hgetall(sharedKeys.visitor(visitorId));
      if (Object.keys(hash).length === 0) return null;
      const session: Record<string, string> = {};
      for (const [field, value] of Object.entries(hash)) {
        if (field.startsWith(sessionPrefix)) session[field.slice(sessionPrefix.length)] = value;
      }
      return {
        firstSeenMs: Number(hash.firstSeenMs ?? 0),
        lastSeenMs: Number(hash.lastSeenMs ?? 0),
        requests: Number(hash.requests ?? 0),
        lastPath: hash.lastPath ?? '',
        addressTag: hash.addressTag ?? '',
        userAgentTag: hash.userAgentTag ?? '',
        tier: toTier(hash.tier),
        session,
      };
    },

    /** Session fields are for every instance of every room to find. */
    async writeSession(visitorId: string, fields: Readonly<Record<string, string>>, ttlMs: number): Promise<void> {
      const run = (redis as unknown as Record<string, (...args: (string | number)[]) => Promise<unknown>>)[
        'fairline:write-session'
      ];
      await run?.call(redis, sharedKeys.visitor(visitorId), ttlMs, ...Object.entries(fields).flat());
    },

    /** Visitors with a sign of life since `sinceMs` (Redis time). */
    async countActive(sinceMs: number): Promise<number> {
      return redis.zcount(sharedKeys.visitors, sinceMs, '+inf');
    },

    /** Drops up to `limit` index entries that are older than `beforeMs`; the records expire by themselves. */
    async trim(beforeMs: number, limit: number): Promise<number> {
      const old = await redis.zrangebyscore(sharedKeys.visitors, '-inf', `(${beforeMs}`, 'LIMIT', 0, limit);
      if (old.length === 0) return 0;
      return redis.zrem(sharedKeys.visitors, ...old);
    },
  };
}
