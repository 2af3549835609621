import Type, { type Static } from 'typebox';
import { defaultUpstreamNetworks } from '../health/url-check.ts';
import { defaultTrafficRule, type TrafficMode, type TrafficRule, trafficModes } from './traffic-rule.ts';

const rule = defaultTrafficRule;
const integer = (minimum: number, maximum: number, initial: number, description: string) =>
  Type.Integer({ minimum, maximum, default: initial, description });
const rate = (initial: number, of: string) =>
  integer(1, 1_000_000, initial, `requests a second ${of}, in the long run`);
const burst = (initial: number, of: string) => integer(1, 10_000_000, initial, `requests at once ${of}`);

/** Fields of the gateway's config for traffic control. */
export const trafficConfig = {
  TRAFFIC_CONTROL: Type.Enum([...trafficModes], {
    default: rule.mode,
    description: 'on: limits are kept; watch: what would be refused is only counted; off: no limits',
  }),
  ALLOW_NETWORKS: Type.Array(Type.String({ pattern: '^(none|[0-9A-Fa-f:.]+(/\\d{1,3})?)$' }), {
    default: [...defaultUpstreamNetworks],
    description: "networks without limits and rules, where only an operator's block counts; none: no network",
  }),
  LIMIT_PREFIX_IPV4: integer(8, 32, rule.prefixBits.ipv4, 'bits of an IPv4 address that make one network'),
  LIMIT_PREFIX_IPV6: integer(16, 128, rule.prefixBits.ipv6, 'bits of an IPv6 address that make one network'),
  VISITOR_RATE_PER_SEC: rate(rule.visitor.ratePerSec, 'of one visitor'),
  VISITOR_BURST: burst(rule.visitor.burst, 'of one visitor'),
  NETWORK_RATE_PER_SEC: rate(rule.network.ratePerSec, 'of one network'),
  NETWORK_BURST: burst(rule.network.burst, 'of one network'),
  STRANGER_RATE_PER_SEC: rate(rule.stranger.ratePerSec, 'of one network that bring no valid visitor cookie'),
  STRANGER_BURST: burst(rule.stranger.burst, 'of one network that bring no valid visitor cookie'),
  FLOOD_REFUSALS: integer(
    0,
    100_000_000,
    rule.floodRefusals,
    'requests of one network refused in 10 s after which it is blocked; 0 = never',
  ),
  BLOCK_BASE_MS: integer(
    1000,
    86_400_000,
    rule.block.baseMs,
    'ms that the first automatic block lasts; each further one doubles',
  ),
  BLOCK_MAX_MS: integer(1000, 604_800_000, rule.block.maxMs, 'ms that an automatic block lasts at most'),
  JOIN_QUOTA: integer(
    0,
    100_000_000,
    rule.joinQuota,
    'visitors who may join from one network in 10 minutes; those beyond it are suspect; 0 = any number',
  ),
  SHARED_COOKIE_IN_FLIGHT: integer(
    0,
    1_000_000,
    rule.sharedCookieInFlight,
    'requests in flight with one booked cookie; beyond it the visitor is suspect; 0 = any number',
  ),
  SHARED_COOKIE_NETWORKS: integer(
    0,
    30,
    rule.sharedCookieAddresses,
    'networks that one booked cookie comes from in 10 minutes; beyond it the visitor is suspect; 0 = any number',
  ),
  SUSPECT_MS: integer(1000, 604_800_000, rule.suspectMs, 'ms for which a rule holds a visitor for suspect'),
};

const TrafficConfig = Type.Object(trafficConfig);

/** Without ALLOW_NETWORKS, which is read with the other networks. */
export function readTrafficRule(config: Readonly<Static<typeof TrafficConfig>>): TrafficRule {
  return {
    mode: config.TRAFFIC_CONTROL as TrafficMode,
    prefixBits: { ipv4: config.LIMIT_PREFIX_IPV4, ipv6: config.LIMIT_PREFIX_IPV6 },
    visitor: { ratePerSec: config.VISITOR_RATE_PER_SEC, burst: config.VISITOR_BURST },
    network: { ratePerSec: config.NETWORK_RATE_PER_SEC, burst: config.NETWORK_BURST },
    stranger: { ratePerSec: config.STRANGER_RATE_PER_SEC, burst: config.STRANGER_BURST },
    floodRefusals: config.FLOOD_REFUSALS,
    block: { ...rule.block, baseMs: config.BLOCK_BASE_MS, maxMs: Math.max(config.BLOCK_BASE_MS, config.BLOCK_MAX_MS) },
    joinQuota: config.JOIN_QUOTA,
    sharedCookieInFlight: config.SHARED_COOKIE_IN_FLIGHT,
    sharedCookieAddresses: config.SHARED_COOKIE_NETWORKS,
    suspectMs: config.SUSPECT_MS,
  };
}
