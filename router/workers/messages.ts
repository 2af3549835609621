import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** What one worker counted, and why it is not ready; empty when it is. */
export type WorkerState = {
  metrics: MetricObjectWithValues<MetricValue<string>>[];
  reasons: string[];
};

/** From the gateway's first process to a worker. */
export type ToWorker = { kind: 'ask'; question: number };

/** From a worker to the gateway's first process. */
export type FromWorker = { kind: 'listening' } | { kind: 'state'; question: number; state: WorkerState };
