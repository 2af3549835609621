import { settingFields, trafficModes } from '@fairline/shared/contracts/settings.ts';
import Type, { type Static } from 'typebox';
import { defaultUpstreamNetworks } from '../health/url-check.ts';
import type { Network } from '../routing/networks.ts';
import { defaultTrafficBase, type PinnedTraffic, type pinnableNames, type TrafficBase } from './traffic-rule.ts';

const base = defaultTrafficBase;
const integer = (minimum: number, maximum: number, initial: number, description: string) =>
  Type.Integer({ minimum, maximum, default: initial, description });

/** A setting of the same range that operators change live, unless the gateway is told it by its environment. */
function pinned(name: (typeof pinnableNames)[number]) {
  const field = settingFields.find((candidate) => candidate.name === name);
  const [minimum, maximum] = field?.kind === 'integer' ? [field.min, field.max] : [0, 0];
  return Type.Optional(
    Type.Integer({
      minimum,
      maximum,
      description: `fixes the setting \`${name}\` for this gateway, whatever operators write`,
    }),
  );
}

/** Fields of the gateway's config for traffic control. */
export const trafficConfig = {
  TRAFFIC_CONTROL: Type.Optional(
    Type.Enum([...trafficModes], {
      description: 'fixes the setting `trafficControl` for this gateway, whatever operators write',
    }),
  ),
  ALLOW_NETWORKS: Type.Array(Type.String({ pattern: '^(none|[0-9A-Fa-f:.]+(/\\d{1,3})?)$' }), {
    default: [...defaultUpstreamNetworks],
    description:
      "networks without limits and rules, where only an operator's block counts; none: no network; operators add to them by the setting `allowNetworks`",
  }),
  LIMIT_PREFIX_IPV4: integer(8, 32, base.prefixBits.ipv4, 'bits of an IPv4 address that make one network'),
  LIMIT_PREFIX_IPV6: integer(16, 128, base.prefixBits.ipv6, 'bits of an IPv6 address that make one network'),
  VISITOR_RATE_PER_SEC: pinned('visitorRatePerSec'),
  VISITOR_BURST: pinned('visitorBurst'),
  NETWORK_RATE_PER_SEC: pinned('networkRatePerSec'),
  NETWORK_BURST: pinned('networkBurst'),
  STRANGER_RATE_PER_SEC: pinned('strangerRatePerSec'),
  STRANGER_BURST: pinned('strangerBurst'),
  FLOOD_REFUSALS: pinned('floodRefusals'),
  BLOCK_BASE_MS: integer(
    1000,
    86_400_000,
    base.block.baseMs,
    'ms that the first automatic block lasts; each further one doubles',
  ),
  BLOCK_MAX_MS: integer(1000, 604_800_000, base.block.maxMs, 'ms that an automatic block lasts at most'),
  JOIN_QUOTA: pinned('joinQuota'),
  SHARED_COOKIE_IN_FLIGHT: integer(
    0,
    1_000_000,
    base.sharedCookieInFlight,
    'requests in flight with one booked cookie, at all gateways together; beyond it the visitor is suspect; 0 = any number',
  ),
  SHARED_COOKIE_NETWORKS: integer(
    0,
    30,
    base.sharedCookieAddresses,
    'networks that one booked cookie comes from in 10 minutes; beyond it the visitor is suspect; 0 = any number',
  ),
  SUSPECT_MS: integer(1000, 604_800_000, base.suspectMs, 'ms for which a rule holds a visitor for suspect'),
};

const TrafficConfig = Type.Object(trafficConfig);

/** What the gateway is started with; `allowNetworks` is read with its other networks. */
export function readTrafficBase(
  config: Readonly<Static<typeof TrafficConfig>>,
  allowNetworks: readonly Network[],
): TrafficBase {
  const wishes = {
    trafficControl: config.TRAFFIC_CONTROL as PinnedTraffic['trafficControl'] | undefined,
    visitorRatePerSec: config.VISITOR_RATE_PER_SEC,
    visitorBurst: config.VISITOR_BURST,
    networkRatePerSec: config.NETWORK_RATE_PER_SEC,
    networkBurst: config.NETWORK_BURST,
    strangerRatePerSec: config.STRANGER_RATE_PER_SEC,
    strangerBurst: config.STRANGER_BURST,
    floodRefusals: config.FLOOD_REFUSALS,
    joinQuota: config.JOIN_QUOTA,
  } satisfies Record<(typeof pinnableNames)[number], unknown>;
  const given = Object.entries(wishes).filter(([, value]) => value !== undefined);
  return Object.freeze({
    allowNetworks,
    prefixBits: { ipv4: config.LIMIT_PREFIX_IPV4, ipv6: config.LIMIT_PREFIX_IPV6 },
    block: { ...base.block, baseMs: config.BLOCK_BASE_MS, maxMs: Math.max(config.BLOCK_BASE_MS, config.BLOCK_MAX_MS) },
    sharedCookieInFlight: config.SHARED_COOKIE_IN_FLIGHT,
    sharedCookieAddresses: config.SHARED_COOKIE_NETWORKS,
    suspectMs: config.SUSPECT_MS,
    pinned: Object.fromEntries(given) as Partial<PinnedTraffic>,
  });
}
