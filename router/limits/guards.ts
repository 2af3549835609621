import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { type BalancingRule, createBalancer, defaultBalancingRule } from '../balancing/balancer.ts';
import { type UpstreamRoom, type UpstreamSet, upstreamRooms } from '../balancing/upstream-set.ts';
import type { GatewayMetrics } from '../gateway-metrics.ts';
import { defaultEjectionRule, type EjectionRule } from '../health/ejection.ts';
import { createOutliers } from '../health/outliers.ts';
import { defaultSilenceRule, type SilenceRule } from '../health/silence.ts';
import { createSilenceWatch } from '../health/silence-watch.ts';
import { createLiveRuleBook } from '../rules/rule-book.ts';
import { createRetryBudget, defaultRetryBudgetRule, type RetryBudget, type RetryBudgetRule } from './retry-budget.ts';
import { createTurns, defaultTurnRule, type TurnRule } from './turns.ts';

export type GuardSettings = {
  balancing: BalancingRule;
  ejection: EjectionRule;
  silence: SilenceRule;
  turns: TurnRule;
  retryBudget: RetryBudgetRule;
  /** How often one request is sent at most, the first time included. */
  maxAttempts: number;
};

export const defaultGuardSettings: GuardSettings = Object.freeze({
  balancing: defaultBalancingRule,
  ejection: defaultEjectionRule,
  silence: defaultSilenceRule,
  turns: defaultTurnRule,
  retryBudget: defaultRetryBudgetRule,
  maxAttempts: 3,
});

export type GuardsParts = {
  upstreams: () => UpstreamSet;
  settings?: GuardSettings;
  /** The setting `routingRules` in force. */
  rulesText: () => string;
  clock: Clock;
  random: () => number;
  metrics: GatewayMetrics;
  logger: Logger;
};

/** What stands between a request and an instance: whose turn it is where, how often it may be tried, who is left out. */
export function createGuards(parts: GuardsParts) {
  const { upstreams, settings = defaultGuardSettings, rulesText, clock, random, metrics, logger } = parts;
  const nowMs = clock.monotonicMs;
  const ruleBook = createLiveRuleBook(rulesText);
  const balancer = createBalancer({ upstreams, rule: settings.balancing, nowMs, random });
  const turns = createTurns({
    balancer,
    upstreams,
    ruleBook,
    rule: settings.turns,
    clock,
    onWaited: metrics.observeWait,
  });
  const outliers = createOutliers({
    rule: settings.ejection,
    upstreams,
    nowMs,
    onEjected: ({ id, room }, { forMs, times }) => {
      metrics.countEjection(room);
      logger.warn({ instance: id, upstreamRoom: room, forMs, times }, 'an instance keeps failing and is left out');
    },
  });
  const silenceWatch = createSilenceWatch({
    upstreams,
    rule: settings.silence,
    clock,
    onSilent: ({ id, room }, { unanswered, quietForMs }) => {
      metrics.countSilence(room);
      const facts = { instance: id, upstreamRoom: room, unanswered, quietForMs: Math.round(quietForMs) };
      logger.warn(facts, 'an instance is silent and is left out until it answers');
    },
  });
  const budget = (): RetryBudget => createRetryBudget(settings.retryBudget, nowMs);
  const budgets = { booking: budget(), 'waiting-room': budget(), admin: budget() } satisfies Record<
    UpstreamRoom,
    RetryBudget
  >;
  metrics.watchGuards({
    waiting: () => upstreamRooms.map((room) => [room, turns.countWaiting(room)]),
    ejected: () =>
      upstreamRooms.map((room) => [room, upstreams()[room].filter(({ own }) => nowMs() < own.ejectedUntilMs).length]),
  });

  return { balancer, turns, outliers, silenceWatch, budgets, ruleBook, nowMs, maxAttempts: settings.maxAttempts };
}

export type Guards = ReturnType<typeof createGuards>;
