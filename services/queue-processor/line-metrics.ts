import type { Metrics } from '@fairline/shared/metrics.ts';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { PassOutcome } from './admission/pass.ts';

/** What the leader does, as metrics. On a standby only the first one moves. */
export function createLineMetrics({ registry }: Pick<Metrics, 'registry'>) {
  const registers = [registry];
  const leader = new Gauge({ name: 'fairline_leader', help: '1 while this process leads, else 0.', registers });
  const passSeconds = new Histogram({
    name: 'fairline_pass_duration_seconds',
    help: 'Time of one pass over gate, ends of places and admissions.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const admitted = new Counter({
    name: 'fairline_line_admitted_total',
    help: 'Visitors admitted from the line and from aside by this leader.',
    registers,
  });
  const ended = new Counter({
    name: 'fairline_line_ended_total',
    help: 'Places and waits that this leader ended because of silence.',
    registers,
  });
  const aside = new Counter({
    name: 'fairline_line_aside_total',
    help: 'Visitors put aside at the head of the line because they were absent.',
    registers,
  });
  return {
    setLeading(isLeading: boolean): void {
      leader.set(isLeading ? 1 : 0);
    },
    notePass(outcome: PassOutcome, tookMs: number): void {
      passSeconds.observe(tookMs / 1000);
      if (outcome.kind === 'notLeader') return;
      admitted.inc(outcome.admitted);
      ended.inc(outcome.ended);
      aside.inc(outcome.aside);
    },
  };
}
