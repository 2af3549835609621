import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export type Metrics = {
  /** Further metrics of a room go in here, named `fairline_*` with their unit at the end. */
  registry: Registry;
  http: {
    /** `route` is the pattern, never the address: each value is a time series of its own. */
    observe(route: string, method: string, status: number, seconds: number): void;
  };
};

/** Metrics of one process, each labelled with its room: those of Node and the duration of its HTTP answers. */
export function createMetrics({ room }: { room: string }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ room });
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'fairline_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return {
    registry,
    http: { observe: (route, method, status, seconds) => duration.observe({ route, method, status }, seconds) },
  };
}
