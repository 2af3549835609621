import type { AutomaticBlockRule } from '@fairline/shared/stores/blocks/store.ts';
import type { BucketRule } from './token-bucket.ts';

/** on: limits are kept. watch: what would be refused is only counted. off: no limits; operators' blocks hold all the same. */
export const trafficModes = ['on', 'watch', 'off'] as const;
export type TrafficMode = (typeof trafficModes)[number];

export type TrafficRule = {
  mode: TrafficMode;
  /** Bits of an address that make the network whose limits are shared. */
  prefixBits: { ipv4: number; ipv6: number };
  /** Requests of one visitor. */
  visitor: BucketRule;
  /** All requests of one network. */
  network: BucketRule;
  /** Those of one network that bring no valid visitor cookie. */
  stranger: BucketRule;
  /** Requests of one network refused within `floodWindowMs` that make it a flood; 0: never. */
  floodRefusals: number;
  block: AutomaticBlockRule;
  /** Joins from one network within `joinWindowMs`; those beyond it are suspect. 0: any number. */
  joinQuota: number;
  /** Requests in flight at one gateway with one booked cookie; beyond it the cookie is suspect. 0: any number. */
  sharedCookieInFlight: number;
  /** Networks that one booked cookie came from within `addressWindowMs`; beyond it the cookie is suspect. 0: any number. */
  sharedCookieAddresses: number;
  /** So long a rule holds a visitor for suspect. */
  suspectMs: number;
};

export const floodWindowMs = 10_000;
export const joinWindowMs = 10 * 60_000;
export const addressWindowMs = 10 * 60_000;

/** An office or a school behind one address stays far below these. */
export const defaultTrafficRule: TrafficRule = Object.freeze({
  mode: 'on',
  prefixBits: { ipv4: 32, ipv6: 64 },
  visitor: { ratePerSec: 50, burst: 200 },
  network: { ratePerSec: 1000, burst: 4000 },
  stranger: { ratePerSec: 100, burst: 1000 },
  floodRefusals: 2000,
  block: { baseMs: 30_000, maxMs: 3_600_000, memoryMs: 3_600_000, maxBlocks: 5000 },
  joinQuota: 1000,
  sharedCookieInFlight: 20,
  sharedCookieAddresses: 5,
  suspectMs: 3_600_000,
});
