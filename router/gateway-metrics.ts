import type { Metrics } from '@fairline/shared/metrics.ts';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { UpstreamRoom } from './balancing/upstream-set.ts';

export type GatewayMetricsParts = {
  metrics: Metrics;
  /** Read when the metrics are. */
  bookedCopySize: () => number;
  mapAgeSec: () => number;
  /** Open event streams and tunnels by instance. */
  openStreams?: () => ReadonlyMap<string, Readonly<Record<string, number>>>;
};

type RoomCounts = Iterable<readonly [UpstreamRoom, number]>;

/** What a gateway counts beyond its answers. */
export function createGatewayMetrics({ metrics, bookedCopySize, mapAgeSec, openStreams }: GatewayMetricsParts) {
  const registers = [metrics.registry];
  /** Counted by hand: with labels an addition costs as much as a decision about a request. */
  const visits = new Map<string, number>();
  new Counter({
    name: 'fairline_gateway_visits_total',
    help: 'Page views of the landing page and of the ticketing page, by anybody.',
    labelNames: ['page'] as const,
    registers,
    collect() {
      this.reset();
      for (const [page, count] of visits) this.inc({ page }, count);
    },
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
  const retriesRefused = new Counter({
    name: 'fairline_gateway_retries_refused_total',
    help: 'Retries that would have been safe but were more than the budget allows.',
    labelNames: ['upstream_room'] as const,
    registers,
  });
  const badAnswers = new Counter({
    name: 'fairline_gateway_bad_answers_total',
    help: 'Answers by which instances said that they failed (kind failure) or are full (kind full).',
    labelNames: ['upstream_room', 'kind'] as const,
    registers,
  });
  const ejections = new Counter({
    name: 'fairline_gateway_ejections_total',
    help: 'Times that an instance was left out for failing one request after the other.',
    labelNames: ['upstream_room'] as const,
    registers,
  });
  const silences = new Counter({
    name: 'fairline_gateway_silences_total',
    help: 'Times that an instance was left out for saying nothing while it had requests.',
    labelNames: ['upstream_room'] as const,
    registers,
  });
  const overloads = new Counter({
    name: 'fairline_gateway_overloaded_total',
    help: 'Requests refused because all instances were full and too many waited, or too long.',
    labelNames: ['upstream_room'] as const,
    registers,
  });
  const waits = new Histogram({
    name: 'fairline_gateway_queue_wait_seconds',
    help: 'How long requests waited here for room at an instance; those that found it at once are not counted.',
    labelNames: ['upstream_room'] as const,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
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
  function addGauge(name: string, help: string, read: () => RoomCounts): void {
    new Gauge({
      name,
      help,
      labelNames: ['upstream_room'] as const,
      registers,
      collect() {
        for (const [room, count] of read()) this.set({ upstream_room: room }, count);
      },
    });
  }

  return {
    observeAnswer: metrics.http.observe,
    countVisit: (page: string) => visits.set(page, (visits.get(page) ?? 0) + 1),
    countUpstreamError: (room: string, code: string) => upstreamErrors.inc({ upstream_room: room, code }),
    countRetry: (room: string) => retries.inc({ upstream_room: room }),
    countRetryRefused: (room: string) => retriesRefused.inc({ upstream_room: room }),
    countBadAnswer: (room: string, kind: 'failure' | 'full') => badAnswers.inc({ upstream_room: room, kind }),
    countEjection: (room: string) => ejections.inc({ upstream_room: room }),
    countSilence: (room: string) => silences.inc({ upstream_room: room }),
    countOverload: (room: string) => overloads.inc({ upstream_room: room }),
    observeWait: (room: string, waitedMs: number) => waits.observe({ upstream_room: room }, waitedMs / 1000),
    /** Gauges read from the guards, once there are any. */
    watchGuards({ waiting, ejected }: { waiting: () => RoomCounts; ejected: () => RoomCounts }): void {
      addGauge('fairline_gateway_queue_length', 'Requests that wait here for room at an instance.', waiting);
      addGauge('fairline_gateway_ejected_instances', 'Instances left out for failing, by this gateway.', ejected);
    },
  };
}

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;
