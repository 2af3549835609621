import type { Redis } from 'ioredis';
import type { VisitorTier } from '../../contracts/routing-rules.ts';
import { loadScript } from '../../redis/scripts.ts';
import { type EventKeys, sharedKeys } from '../keys.ts';
import { toTier } from './tiers.ts';

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
  redis: Redis;
  keys: Pick<EventKeys, 'invites' | 'counters' | 'changes'>;
}) {
  const command = 'fairline:take-invite';
  redis.defineCommand(command, { lua: takeInviteScript.source, numberOfKeys: takeInviteScript.keyNames.length });
  const run = (redis as unknown as Record<string, (...args: (string | number)[]) => Promise<unknown>>)[command];

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
      const { tiers, visitor } = sharedKeys;
      const all = [keys.invites, tiers, visitor(visitorId), keys.counters, keys.changes, id, expiresAtMs, visitorId];
      const [word, tier] = ((await run?.call(redis, ...all)) ?? []) as string[];
      if (word === 'taken') return { kind: word, tier: toTier(tier) };
      if (word === 'used' || word === 'expired') return { kind: word };
      throw new Error(`take-invite.lua answered ${JSON.stringify(word)}`);
    },
  };
}
