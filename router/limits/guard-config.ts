import Type, { type Static } from 'typebox';
import { defaultBalancingRule } from '../balancing/balancer.ts';
import { type PolicyName, policyNames } from '../balancing/policies.ts';
import { defaultEjectionRule } from '../health/ejection.ts';
import { defaultSilenceRule } from '../health/silence.ts';
import { defaultGuardSettings, type GuardSettings } from './guards.ts';
import { defaultRetryBudgetRule } from './retry-budget.ts';
import { defaultTurnRule } from './turns.ts';

const ratio = (initial: number, description: string) =>
  Type.Number({ minimum: 0, maximum: 1, default: initial, description });
const integer = (minimum: number, maximum: number, initial: number, description: string) =>
  Type.Integer({ minimum, maximum, default: initial, description });

/** Fields of the gateway's config for choosing instances, leaving them out, limits and retries. */
export const guardConfig = {
  BALANCING_POLICY: Type.Enum([...policyNames], {
    default: defaultBalancingRule.policy,
    description: `rule that chooses among instances: ${policyNames.join(', ')}`,
  }),
  HOT_LOAD_QUANTILE: ratio(defaultBalancingRule.hotLoadQuantile, 'of recent loads; an instance above it may be hot'),
  HOT_LOAD_MEDIAN_FACTOR: Type.Number({
    minimum: 1,
    maximum: 100,
    default: defaultBalancingRule.hotLoadMedianFactor,
    description: 'an instance is hot only above this multiple of the median of recent loads as well',
  }),
  SLOW_START_MS: integer(
    0,
    3_600_000,
    defaultBalancingRule.slowStartMs,
    'ms until a new instance gets its full share; 0 = at once',
  ),
  SLOW_START_FROM_RATIO: ratio(
    defaultBalancingRule.slowStartFromRatio,
    'share of its usual traffic that a new instance begins with',
  ),
  PANIC_BELOW_RATIO: ratio(
    defaultBalancingRule.panicBelowRatio,
    'below this share of healthy instances health is ignored; 0 = never',
  ),
  EJECT_AFTER_FAILURES: integer(
    1,
    1000,
    defaultEjectionRule.afterFailures,
    'failures in a row after which an instance is left out',
  ),
  EJECT_BASE_MS: integer(
    100,
    3_600_000,
    defaultEjectionRule.baseMs,
    'ms that the first ejection lasts; the n-th lasts n times as long',
  ),
  EJECT_MAX_MS: integer(100, 86_400_000, defaultEjectionRule.maxMs, 'ms that an ejection lasts at most'),
  EJECT_MAX_RATIO: ratio(
    defaultEjectionRule.maxRatio,
    "share of a room's instances left out at once at most; one always may be",
  ),
  SILENT_AFTER_MS: integer(
    0,
    600_000,
    defaultSilenceRule.afterMs,
    'ms without a word after which what an instance holds is asked elsewhere where that is safe; 0 = never',
  ),
  SILENT_REQUESTS: integer(
    1,
    10_000,
    defaultSilenceRule.maxUnanswered,
    'unanswered requests from which on the silence of an instance counts, and at which it gets no more',
  ),
  SILENT_SLOWEST_FACTOR: Type.Number({
    minimum: 1,
    maximum: 100,
    default: defaultSilenceRule.slowestFactor,
    description: 'silence counts only beyond this multiple of the longest answers of the room in the last minute or so',
  }),
  QUEUE_PER_INSTANCE_MAX: integer(
    0,
    100_000,
    defaultTurnRule.maxWaitingPerInstance,
    'requests that may wait for room, for each instance of the room; beyond it 503',
  ),
  QUEUE_WAIT_MS: integer(
    0,
    60_000,
    defaultTurnRule.maxWaitMs,
    'ms that a request waits for room at most; beyond it 503',
  ),
  HIGH_PRIORITY_RESERVED_RATIO: ratio(
    defaultTurnRule.reservedRatio,
    "part of each instance's limit kept for high priority, while a routing rule gives it",
  ),
  RETRY_MAX_RATIO: ratio(defaultRetryBudgetRule.maxRatio, 'retries per request at most, over the last 10 s'),
  RETRY_FLOOR: integer(0, 10_000, defaultRetryBudgetRule.floor, 'retries in 10 s that are allowed in any case'),
  ATTEMPTS_MAX: integer(
    1,
    10,
    defaultGuardSettings.maxAttempts,
    'how often one request is sent at most, the first time included',
  ),
};

const GuardConfig = Type.Object(guardConfig);

export function readGuardSettings(config: Readonly<Static<typeof GuardConfig>>): GuardSettings {
  return {
    balancing: {
      policy: config.BALANCING_POLICY as PolicyName,
      hotLoadQuantile: config.HOT_LOAD_QUANTILE,
      hotLoadMedianFactor: config.HOT_LOAD_MEDIAN_FACTOR,
      slowStartMs: config.SLOW_START_MS,
      slowStartFromRatio: config.SLOW_START_FROM_RATIO,
      panicBelowRatio: config.PANIC_BELOW_RATIO,
    },
    ejection: {
      afterFailures: config.EJECT_AFTER_FAILURES,
      baseMs: config.EJECT_BASE_MS,
      maxMs: config.EJECT_MAX_MS,
      maxRatio: config.EJECT_MAX_RATIO,
    },
    silence: {
      maxUnanswered: config.SILENT_REQUESTS,
      afterMs: config.SILENT_AFTER_MS,
      slowestFactor: config.SILENT_SLOWEST_FACTOR,
    },
    turns: {
      maxWaitingPerInstance: config.QUEUE_PER_INSTANCE_MAX,
      maxWaitMs: config.QUEUE_WAIT_MS,
      reservedRatio: config.HIGH_PRIORITY_RESERVED_RATIO,
    },
    retryBudget: { maxRatio: config.RETRY_MAX_RATIO, floor: config.RETRY_FLOOR },
    maxAttempts: config.ATTEMPTS_MAX,
  };
}
