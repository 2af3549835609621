import { type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client';

export type MetricsOfWorker = {
  worker: string;
  metrics: readonly MetricObjectWithValues<MetricValue<string>>[];
};

/**
 * The metrics of several processes as one page, each value labelled with its worker. Not added up: a sum falls when a
 * worker dies, which counters never may; queries add up series anyway.
 */
export async function mergeMetrics(parts: readonly MetricsOfWorker[]): Promise<string> {
  const merged = new Map<string, MetricObjectWithValues<MetricValue<string>>>();
  for (const { worker, metrics } of parts) {
    for (const metric of metrics) {
      const values = metric.values.map((value) => ({ ...value, labels: { ...value.labels, worker } }));
      const before = merged.get(metric.name);
      merged.set(metric.name, { ...metric, values: [...(before?.values ?? []), ...values] });
    }
  }
  const registry = new Registry();
  for (const metric of merged.values()) {
    // What a registry asks of a metric when it writes the page.
    registry.registerMetric({ ...metric, get: async () => metric } as unknown as Parameters<
      typeof registry.registerMetric
    >[0]);
  }
  return registry.metrics();
}
