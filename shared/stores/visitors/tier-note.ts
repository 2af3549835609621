import type { VisitorTier } from '../../contracts/routing-rules.ts';
import type { RedisClient } from '../../redis/client.ts';
import { bindKeyedScript, loadScript } from '../../redis/scripts.ts';
import { sharedKeys } from '../keys.ts';

const noteTierScript = loadScript(new URL('./scripts/', import.meta.url), 'note-tier');

export type TierNote = (visitorId: string, tier: VisitorTier) => Promise<void>;

/**
 * Writes the tier into a visitor's record as well, where people look. It follows the change of the tier itself, since on a
 * cluster the record is in a slot of its own; whoever decides by tiers reads the hash of tiers.
 */
export function createTierNote({ redis }: { redis: RedisClient }): TierNote {
  const run = bindKeyedScript(redis, noteTierScript);
  return async (visitorId, tier) => {
    await run([sharedKeys.visitor(visitorId)], [tier]);
  };
}
