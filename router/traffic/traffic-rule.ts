import { parseSettings, type Settings, splitNetworks, type TrafficMode } from '@fairline/shared/contracts/settings.ts';
import type { AutomaticBlockRule } from '@fairline/shared/stores/blocks/store.ts';
import { defaultUpstreamNetworks } from '../health/url-check.ts';
import { type Network, parseNetwork, parseNetworks } from '../routing/networks.ts';
import type { BucketRule } from './token-bucket.ts';

export type TrafficRule = {
  mode: TrafficMode;
  /** No limit and no rule is for them. */
  allowNetworks: readonly Network[];
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
  /** Requests in flight at all gateways with one booked cookie; beyond it the cookie is suspect. 0: any number. */
  sharedCookieInFlight: number;
  /** Networks that one booked cookie came from within `addressWindowMs`; beyond it the cookie is suspect. 0: any number. */
  sharedCookieAddresses: number;
  /** So long a rule holds a visitor for suspect. */
  suspectMs: number;
};

export const floodWindowMs = 10_000;
export const joinWindowMs = 10 * 60_000;
export const addressWindowMs = 10 * 60_000;

/** What a gateway is started with: it stays as it is. */
export type TrafficBase = Pick<
  TrafficRule,
  'allowNetworks' | 'prefixBits' | 'block' | 'sharedCookieInFlight' | 'sharedCookieAddresses' | 'suspectMs'
> & {
  /** Settings that this gateway was told by its environment: they stand, whatever operators write. */
  pinned: Partial<PinnedTraffic>;
};
export const pinnableNames = [
  'trafficControl',
  'visitorRatePerSec',
  'visitorBurst',
  'networkRatePerSec',
  'networkBurst',
  'strangerRatePerSec',
  'strangerBurst',
  'floodRefusals',
  'joinQuota',
] as const satisfies (keyof Settings)[];
export type PinnedTraffic = Pick<Settings, (typeof pinnableNames)[number]>;

export const defaultTrafficBase: TrafficBase = Object.freeze({
  allowNetworks: parseNetworks('ALLOW_NETWORKS', defaultUpstreamNetworks),
  prefixBits: { ipv4: 32, ipv6: 64 },
  block: { baseMs: 30_000, maxMs: 3_600_000, memoryMs: 3_600_000, maxBlocks: 5000 },
  sharedCookieInFlight: 20,
  sharedCookieAddresses: 5,
  suspectMs: 3_600_000,
  pinned: {},
});

/** The rule in force: what operators set, but for what the gateway was told when it was started. */
export function decideTrafficRule(base: TrafficBase, settings: Settings): TrafficRule {
  const { pinned, ...fixed } = base;
  const live: PinnedTraffic = { ...settings, ...pinned };
  const further = splitNetworks(settings.allowNetworks)
    .map(parseNetwork)
    .filter((network) => network !== undefined);
  return Object.freeze({
    ...fixed,
    mode: live.trafficControl,
    allowNetworks: further.length === 0 ? base.allowNetworks : [...base.allowNetworks, ...further],
    visitor: { ratePerSec: live.visitorRatePerSec, burst: live.visitorBurst },
    network: { ratePerSec: live.networkRatePerSec, burst: live.networkBurst },
    stranger: { ratePerSec: live.strangerRatePerSec, burst: live.strangerBurst },
    floodRefusals: live.floodRefusals,
    joinQuota: live.joinQuota,
  });
}

/** Follows the settings: the same rule, the same object, until a setting that makes it is another. */
export function followTrafficRule(base: TrafficBase): (settings: Settings) => TrafficRule {
  let seen: Settings | undefined;
  let rule: TrafficRule | undefined;
  return (settings) => {
    const before = seen;
    if (rule && before === settings) return rule;
    const isSame =
      before && [...pinnableNames, 'allowNetworks' as const].every((name) => before[name] === settings[name]);
    if (!rule || !isSame) rule = decideTrafficRule(base, settings);
    seen = settings;
    return rule;
  };
}

/** With the defaults of the settings: an office or a school behind one address stays far below them. */
export const defaultTrafficRule: TrafficRule = decideTrafficRule(defaultTrafficBase, parseSettings({}));
