import { collectDefaultMetrics, Registry } from 'prom-client';
import { createAnswerDurations } from './answer-durations.ts';

export type Metrics = {
  /** Further metrics of a room go in here, named `fairline_*` with their unit at the end. */
  registry: Registry;
  http: {
    /** `route` is the pattern, never the address: each value is a time series of its own. */
    observe(route: string, method: string, status: number, seconds: number): void;
  };
};

/** Gauges called like counters; the same is told by type in `nodejs_active_handles` and its like. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** Metrics of one process, each labelled with its room: those of Node and the duration of its HTTP answers. */
export function createMetrics({ room }: { room: string }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ room });
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  const durations = createAnswerDurations({
    name: 'fairline_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    registry,
  });
  return { registry, http: durations };
}
