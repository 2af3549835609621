import { type VisitorTier, visitorTiers } from '../../contracts/routing-rules.ts';
import { type Announcement, bindAnnounced } from '../../redis/announced.ts';
import type { RedisClient } from '../../redis/client.ts';
import { loadScript } from '../../redis/scripts.ts';
import type { EventKeys } from '../keys.ts';
import { createTierNote } from './tier-note.ts';

const setTierScript = loadScript(
  new URL('./scripts/', import.meta.url),
  'set-tier',
  new URL('../line/scripts/', import.meta.url),
);

/** What somebody typed and nobody knows counts as `standard`. */
export function toTier(text: string | undefined): VisitorTier {
  return visitorTiers.find((tier) => tier === text) ?? 'standard';
}

/** What the changes say of a visitor's new tier. */
export function announceTier(visitorId: string, tier: VisitorTier): Announcement {
  return { type: 'tier', visitorIds: [visitorId], fields: { tier } };
}

const tiersPageSize = 1000;

export type TierStore = ReturnType<typeof createTierStore>;

/** Tiers of visitors, for all events; a change is announced in the changes of the event whose `keys` these are. */
export function createTierStore({
  redis,
  keys,
}: {
  redis: RedisClient;
  keys: Pick<EventKeys, 'counters' | 'changes' | 'tiers'>;
}) {
  const run = bindAnnounced(redis, setTierScript, keys);
  const noteTier = createTierNote({ redis });

  return {
    /** False when the visitor is in that tier already: nothing is announced then. */
    async setTier(visitorId: string, tier: VisitorTier): Promise<boolean> {
      const word = await run([visitorId, tier], () => announceTier(visitorId, tier));
      await noteTier(visitorId, tier);
      if (word !== 'changed' && word !== 'same') throw new Error(`set-tier.lua answered ${JSON.stringify(word)}`);
      return word === 'changed';
    },

    async readTier(visitorId: string): Promise<VisitorTier> {
      return toTier((await redis.hget(keys.tiers, visitorId)) ?? undefined);
    },

    /** Everybody who is not `standard`, page by page. */
    async *scanTiers(): AsyncGenerator<[visitorId: string, tier: VisitorTier][]> {
      let cursor = '0';
      do {
        const [next, flat] = await redis.hscan(keys.tiers, cursor, 'COUNT', tiersPageSize);
        const page: [string, VisitorTier][] = [];
        for (let index = 0; index + 1 < flat.length; index += 2) {
          page.push([String(flat[index]), toTier(flat[index + 1])]);
        }
        yield page;
        cursor = next;
      } while (cursor !== '0');
    },
  };
}
