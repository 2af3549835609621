import type { VisitorTier } from '@fairline/shared/contracts/routing-rules.ts';

/** About 100 bytes each; beyond it further ones count as `standard`. */
const defaultMaxVisitors = 200_000;

/** This gateway's copy of the tiers: of those who are not `standard`, who are few. */
export function createTierCopy({ maxVisitors = defaultMaxVisitors }: { maxVisitors?: number } = {}) {
  let tiers = new Map<string, VisitorTier>();

  function put(into: Map<string, VisitorTier>, visitorId: string, tier: VisitorTier): void {
    if (tier === 'standard') into.delete(visitorId);
    else if (into.size < maxVisitors || into.has(visitorId)) into.set(visitorId, tier);
  }

  return {
    /** `standard` for whoever is not known. */
    get(visitorId: string | undefined): VisitorTier {
      if (visitorId === undefined || tiers.size === 0) return 'standard';
      return tiers.get(visitorId) ?? 'standard';
    },

    /** One change, in order. */
    set: (visitorId: string, tier: VisitorTier) => put(tiers, visitorId, tier),

    /** Puts a whole new copy in place. */
    replace(all: Iterable<readonly [string, VisitorTier]>): void {
      const next = new Map<string, VisitorTier>();
      for (const [visitorId, tier] of all) put(next, visitorId, tier);
      tiers = next;
    },

    size: () => tiers.size,
  };
}

export type TierCopy = ReturnType<typeof createTierCopy>;
