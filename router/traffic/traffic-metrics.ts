import type { Metrics } from '@fairline/shared/metrics.ts';
import { Counter, Gauge } from 'prom-client';
import { type RefusalReason, refusalReasons } from './judge.ts';

export type TrafficMetricsParts = {
  metrics: Metrics;
  /** Read when the metrics are. */
  blocks: () => number;
  buckets: () => Readonly<Record<string, number>>;
};

/** What traffic control counts. Refusals are counted by hand: with labels an addition costs more than the refusal's decision. */
export function createTrafficMetrics({ metrics, blocks, buckets }: TrafficMetricsParts) {
  const registers = [metrics.registry];
  const refused = Object.fromEntries(refusalReasons.map((reason) => [reason, 0])) as Record<RefusalReason, number>;
  new Counter({
    name: 'fairline_gateway_refused_total',
    help: 'Requests refused by traffic control, by reason; with trafficControl `watch` also those that would have been.',
    labelNames: ['reason'] as const,
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(refused)) this.inc({ reason }, count);
    },
  });
  new Gauge({
    name: 'fairline_gateway_blocks',
    help: 'Blocks of visitors and networks that this gateway knows of.',
    registers,
    collect() {
      this.set(blocks());
    },
  });
  new Gauge({
    name: 'fairline_gateway_buckets',
    help: 'Token buckets that this gateway keeps, by what they are for; those that are not kept are full.',
    labelNames: ['kind'] as const,
    registers,
    collect() {
      for (const [kind, count] of Object.entries(buckets())) this.set({ kind }, count);
    },
  });
  const automaticBlocks = new Counter({
    name: 'fairline_gateway_automatic_blocks_total',
    help: 'Networks blocked by a rule, on the word of this gateway.',
    registers,
  });
  const suspects = new Counter({
    name: 'fairline_gateway_suspects_total',
    help: 'Visitors held for suspect by a rule, on the word of this gateway.',
    registers,
  });

  return {
    countRefusal(reason: RefusalReason): void {
      refused[reason] += 1;
    },
    readRefusals: (): Readonly<Record<RefusalReason, number>> => refused,
    countAutomaticBlock: () => automaticBlocks.inc(),
    countSuspect: () => suspects.inc(),
  };
}
