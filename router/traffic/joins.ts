import { createBoundedCache } from '../bounded-cache.ts';
import { createTally } from './tally.ts';

const joinersPerGeneration = 50_000;
const maxNetworks = 5000;
/** A network found over its quota counts as such until it was not seen to be for so long. */
const overQuotaMs = 60_000;

/** Whose requests to join came through this gateway, and from which networks too many did. */
export function createJoins({ nowMs }: { nowMs: () => number }) {
  const networks = createBoundedCache<string, string>(joinersPerGeneration);
  const tally = createTally(maxNetworks);
  let overQuota = new Map<string, number>();

  return {
    /** This visitor asks for something that joins the line, unless they are in it. */
    noteWish(visitorId: string, network: string): void {
      if (networks.get(visitorId) !== network) networks.set(visitorId, network);
    },

    /** This visitor has joined. The network, when they asked here and too many came from there. */
    noteJoined(visitorId: string): string | undefined {
      const network = networks.get(visitorId);
      if (network === undefined) return undefined;
      tally.add(network);
      return (overQuota.get(network) ?? Number.NEGATIVE_INFINITY) > nowMs() ? network : undefined;
    },

    takeCounts: (limit: number) => tally.takeLargest(limit),

    noteOverQuota(network: string): void {
      const atMs = nowMs();
      if (overQuota.size >= maxNetworks) overQuota = new Map([...overQuota].filter(([, untilMs]) => untilMs > atMs));
      if (overQuota.size < maxNetworks) overQuota.set(network, atMs + overQuotaMs);
    },
  };
}

export type Joins = ReturnType<typeof createJoins>;
