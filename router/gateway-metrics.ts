import type { Metrics } from '@fairline/shared/metrics.ts';
import { Counter, Gauge } from 'prom-client';

export type GatewayMetricsParts = {
  metrics: Metrics;
  /** Read when the metrics are. */
  bookedCopySize: () => number;
  mapAgeSec: () => number;
  /** Open event streams and tunnels by instance. */
  openStreams?: () => ReadonlyMap<string, Readonly<Record<string, number>>>;
};

/** What a gateway counts beyond its answers. */
export function createGatewayMetrics({ metrics, bookedCopySize, mapAgeSec, openStreams }: GatewayMetricsParts) {
  const registers = [metrics.registry];
  const visits = new Counter({
    name: 'fairline_gateway_visits_total',
    help: 'Page views of the landing page and of the ticketing page, by anybody.',
    labelNames: ['page'] as const,
    registers,
  });
  const upstreamErrors = new Counter({
    name: 'fairline_gateway_upstream_errors_total',
    help: 'Attempts that an instance failed before a byte of its answer.',
    labelNames: ['upstream_room', 'code'] as const,
    registers,
  });
  const retries = new Counter({
    name: 'fairline_gateway_retries_total',
    help: 'Requests sent to another instance after one failed.',
    labelNames: ['upstream_room'] as const,
    registers,
  });
  new Gauge({
    name: 'fairline_gateway_booked_copy_visitors',
    help: "Visitors in this gateway's copy of the booked set.",
    registers,
    collect() {
      this.set(bookedCopySize());
    },
  });
  new Gauge({
    name: 'fairline_gateway_map_age_seconds',
    help: 'Time since this gateway last read the instance map.',
    registers,
    collect() {
      this.set(mapAgeSec());
    },
  });
  new Gauge({
    name: 'fairline_gateway_streams',
    help: 'Event streams and tunnels that this gateway holds open, by instance.',
    labelNames: ['instance', 'kind'] as const,
    registers,
    collect() {
      this.reset();
      for (const [instance, kinds] of openStreams?.() ?? []) {
        for (const [kind, count] of Object.entries(kinds)) this.set({ instance, kind }, count);
      }
    },
  });
  return {
    observeAnswer: metrics.http.observe,
    countVisit: (page: string) => visits.inc({ page }),
    countUpstreamError: (room: string, code: string) => upstreamErrors.inc({ upstream_room: room, code }),
    countRetry: (room: string) => retries.inc({ upstream_room: room }),
  };
}

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;
