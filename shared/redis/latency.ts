import { Gauge, Histogram } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { runLoop } from '../loop.ts';
import type { Metrics } from '../metrics.ts';
import type { RedisClient } from './client.ts';

const everyMs = 1000;
/** An answer that took longer counts as none. */
const patienceMs = 5000;

/** Asks Redis once a second how it is, over a connection that the room uses itself, and keeps that as metrics. */
export function watchRedis({
  redis,
  metrics: { registry },
  clock,
  signal,
  logger,
}: {
  redis: Pick<RedisClient, 'ping'>;
  metrics: Pick<Metrics, 'registry'>;
  clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
  signal: AbortSignal;
  logger: Logger;
}): { stopped: Promise<void> } {
  const seconds = new Histogram({
    name: 'fairline_redis_ping_duration_seconds',
    help: 'Time to an answer of Redis, asked once a second over the connection that requests use.',
    buckets: [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const up = new Gauge({
    name: 'fairline_redis_up',
    help: '1 while Redis answers this process, else 0.',
    registers: [registry],
  });

  async function ask(): Promise<void> {
    const startedAtMs = clock.monotonicMs();
    // A connection of a worker would wait for ever.
    const isAnswered = await Promise.race([
      redis.ping().then(
        () => true,
        () => false,
      ),
      clock.sleep(patienceMs, signal).then(() => false),
    ]);
    up.set(isAnswered ? 1 : 0);
    if (isAnswered) seconds.observe((clock.monotonicMs() - startedAtMs) / 1000);
  }

  return runLoop({ name: 'redis latency', intervalMs: everyMs, clock, signal, logger, step: ask });
}
