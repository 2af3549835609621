import type { VisitorTier } from '@fairline/shared/contracts/routing-rules.ts';
import { type TierStore, toTier } from '@fairline/shared/stores/visitors/tiers.ts';
import type { FollowedCopy } from './booked-follower.ts';
import type { TierCopy } from './tier-copy.ts';

/** Keeps the copy of the tiers current, by the changes that the copy of the booked set follows anyway. */
export function followTiers(copy: TierCopy, store: Pick<TierStore, 'scanTiers'>): FollowedCopy {
  return {
    async load() {
      const all: [string, VisitorTier][] = [];
      for await (const page of store.scanTiers()) for (const entry of page) all.push(entry);
      copy.replace(all);
    },
    apply({ type, visitors, fields }) {
      if (type === 'tier') for (const { id } of visitors) copy.set(id, toTier(fields.tier));
    },
  };
}
