import type { VisitorTier } from '../../contracts/routing-rules.ts';
import { groupBySlot, type RedisClient } from '../../redis/client.ts';
import { bindKeyedScript, bindScript, loadScript } from '../../redis/scripts.ts';
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
const touchScript = loadScript(folder, 'touch-visitors', lineFolder);
const indexScript = loadScript(folder, 'index-visitors', lineFolder);
const writeSessionScript = loadScript(folder, 'write-session', lineFolder);
const sessionPrefix = 'session:';
/** Records touched by one call: Redis does nothing else meanwhile, about half a millisecond. */
const maxTouched = 200;

export type VisitorStore = ReturnType<typeof createVisitorStore>;

/** Visitor records and the index of active visitors. A record lives `ttlMs` after the last note. */
export function createVisitorStore({ redis }: { redis: RedisClient }) {
  const runTouch = bindKeyedScript(redis, touchScript);
  const runWriteSession = bindKeyedScript(redis, writeSessionScript);

  const index = bindScript(redis, indexScript, { visitors: sharedKeys.visitors });

  /** Answers Redis time in ms. One text for all, not arguments for each: what a command costs here is its arguments. */
  async function touchRecords(visits: readonly Visit[], ttlMs: number): Promise<number> {
    const records = visits.map(({ visitorId }) => sharedKeys.visitor(visitorId));
    return Number(await runTouch(records, [ttlMs, visits.map(describeVisit).join('')]));
  }

  /** On a cluster a call a slot: the records are spread over all of them. */
  async function touchSome(visits: readonly Visit[], ttlMs: number): Promise<void> {
    const groups = groupBySlot(redis, visits, ({ visitorId }) => sharedKeys.visitor(visitorId));
    const [nowMs = 0] = await Promise.all(groups.map((group) => touchRecords(group, ttlMs)));
    const added = Number(await index([nowMs, visits.map(({ visitorId }) => visitorId).join(' ')]));
    if (added > 0) await redis.incrby(sharedKeys.visitorsSeen, added);
  }

  return {
    /** Notes visits, many in one call; each call is atomic. */
    async touch(visits: readonly Visit[], ttlMs: number): Promise<void> {
      for (let start = 0; start < visits.length; start += maxTouched) {
        await touchSome(visits.slice(start, start + maxTouched), ttlMs);
      }
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
      await runWriteSession([sharedKeys.visitor(visitorId)], [ttlMs, ...Object.entries(fields).flat()]);
    },

    /** Visitors with a sign of life since `sinceMs` (Redis time). */
    async countActive(sinceMs: number): Promise<number> {
      return redis.zcount(sharedKeys.visitors, sinceMs, '+inf');
    },

    /** Browsers ever noted; one that had been forgotten meanwhile counts again. */
    async countSeen(): Promise<number> {
      return Number((await redis.get(sharedKeys.visitorsSeen)) ?? 0);
    },

    /** Drops up to `limit` index entries that are older than `beforeMs`; the records expire by themselves. */
    async trim(beforeMs: number, limit: number): Promise<number> {
      const old = await redis.zrangebyscore(sharedKeys.visitors, '-inf', `(${beforeMs}`, 'LIMIT', 0, limit);
      if (old.length === 0) return 0;
      return redis.zrem(sharedKeys.visitors, ...old);
    },
  };
}

/** A line of `touch-visitors.lua`. */
function describeVisit({ requests, tier = 'standard', addressTag, userAgentTag, lastPath }: Visit): string {
  const path = lastPath.includes('\n') ? lastPath.replaceAll('\n', ' ') : lastPath;
  return `${requests} ${tier} ${addressTag} ${userAgentTag} ${path}\n`;
}
