import type { Registry } from 'prom-client';

const boundsSec = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

type Series = {
  route: string;
  method: string;
  status: number;
  sumSec: number /** The last one: beyond all bounds. */;
  counts: number[];
};

/**
 * A histogram of answers by route, method and status, in the form of prom-client and without its cost: an observation is
 * three look-ups and an addition; labels are put together when the metrics are read.
 */
export function createAnswerDurations({ name, help, registry }: { name: string; help: string; registry: Registry }) {
  const routes = new Map<string, Map<string, Map<number, Series>>>();

  function openSeries(route: string, method: string, status: number): Series {
    const methods = routes.get(route) ?? new Map<string, Map<number, Series>>();
    const statuses = methods.get(method) ?? new Map<number, Series>();
    const series = { route, method, status, sumSec: 0, counts: new Array<number>(boundsSec.length + 1).fill(0) };
    routes.set(route, methods);
    methods.set(method, statuses);
    statuses.set(status, series);
    return series;
  }

  function* readValues() {
    for (const methods of routes.values()) {
      for (const statuses of methods.values()) for (const series of statuses.values()) yield* readSeries(series);
    }
  }

  function* readSeries({ route, method, status, sumSec, counts }: Series) {
    const labels = { route, method, status };
    let total = 0;
    for (const [index, count] of counts.entries()) {
      total += count;
      yield { metricName: `${name}_bucket`, labels: { ...labels, le: boundsSec[index] ?? '+Inf' }, value: total };
    }
    yield { metricName: `${name}_sum`, labels, value: sumSec };
    yield { metricName: `${name}_count`, labels, value: total };
  }

  // What a registry asks of a metric.
  const metric = { name, help, type: 'histogram', aggregator: 'sum', reset: () => routes.clear() };
  const get = async () => ({ ...metric, values: [...readValues()] });
  registry.registerMetric({ ...metric, get } as unknown as Parameters<Registry['registerMetric']>[0]);

  return {
    observe(route: string, method: string, status: number, seconds: number): void {
      const series = routes.get(route)?.get(method)?.get(status) ?? openSeries(route, method, status);
      let index = 0;
      while (index < boundsSec.length && seconds > (boundsSec[index] ?? 0)) index += 1;
      series.counts[index] = (series.counts[index] ?? 0) + 1;
      series.sumSec += seconds;
    },
  };
}
