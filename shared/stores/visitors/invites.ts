import type { VisitorTier } from '../../contracts/routing-rules.ts';
import { bindAnnounced } from '../../redis/announced.ts';
import type { RedisClient } from '../../redis/client.ts';
import { loadScript } from '../../redis/scripts.ts';
import type { EventKeys } from '../keys.ts';
import { createTierNote } from './tier-note.ts';
import { announceTier, toTier } from './tiers.ts';

const takeInviteScript = loadScript(
  new URL('./scripts/', import.meta.url),
  'take-invite',
  new URL('../line/scripts/', import.meta.url),
);

export type TakenInvite =
  /** By this visitor, now or before. `tier` is the visitor's: `vip` unless an operator chose another. */
  | { kind: 'taken'; tier: VisitorTier }
  /** By somebody else. */
  | { kind: 'used' }
  | { kind: 'expired' };

export type InviteStore = ReturnType<typeof createInviteStore>;

/** Which invitations of an event are taken, and by whom. Whether one is genuine is for the caller to check. */
export function createInviteStore({
  redis,
  keys,
}: {
  redis: RedisClient;
  keys: Pick<EventKeys, 'invites' | 'counters' | 'changes' | 'tiers'>;
}) {
  const run = bindAnnounced(redis, takeInviteScript, keys);
  const noteTier = createTierNote({ redis });

  return {
    /** For the first visitor who comes with it. Safe to repeat. */
    async take({
      id,
      expiresAtMs,
      visitorId,
    }: {
      id: string;
      expiresAtMs: number;
      visitorId: string;
    }): Promise<TakenInvite> {
      const reply = await run([id, expiresAtMs, visitorId], (answer) =>
        isVip(answer) ? announceTier(visitorId, 'vip') : undefined,
      );
      const [word, tier] = reply as string[];
      if (isVip(reply)) await noteTier(visitorId, 'vip');
      if (word === 'taken') return { kind: word, tier: toTier(tier) };
      if (word === 'used' || word === 'expired') return { kind: word };
      throw new Error(`take-invite.lua answered ${JSON.stringify(word)}`);
    },
  };
}

function isVip(reply: unknown): boolean {
  const [word, tier] = reply as string[];
  return word === 'taken' && tier === 'vip';
}
