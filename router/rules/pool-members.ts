import { isHealthy } from '../balancing/availability.ts';
import type { Upstream } from '../balancing/upstream-set.ts';
import type { Pool } from './rule-book.ts';

const orders = new WeakMap<readonly Upstream[], Map<string, readonly Upstream[]>>();

/**
 * The instances of a pool: by rendezvous hashing, so every gateway finds the same ones without talking to the others, and
 * an instance that comes or goes moves nobody but its own. An unhealthy one is stood in for by the next.
 */
export function pickPoolMembers(upstreams: readonly Upstream[], pool: Pool, nowMs: number): readonly Upstream[] {
  if (upstreams.length <= pool.size) return upstreams;
  const order = orderBy(upstreams, pool.seed);
  const healthy = order.filter((upstream) => isHealthy(upstream, nowMs));
  return (healthy.length > 0 ? healthy : order).slice(0, pool.size);
}

/** Kept with the snapshot it belongs to. */
function orderBy(upstreams: readonly Upstream[], seed: string): readonly Upstream[] {
  let bySeed = orders.get(upstreams);
  if (!bySeed) {
    bySeed = new Map();
    orders.set(upstreams, bySeed);
  }
  let order = bySeed.get(seed);
  if (!order) {
    const scored = upstreams.map((upstream) => ({ upstream, score: hash(`${seed}\n${upstream.id}`) }));
    order = scored
      .sort((a, b) => b.score - a.score || (a.upstream.id < b.upstream.id ? -1 : 1))
      .map((one) => one.upstream);
    bySeed.set(seed, order);
  }
  return order;
}

/** FNV-1a with a final mixing (from MurmurHash3): similar ids end far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
