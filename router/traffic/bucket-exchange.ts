import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import type { Charge, LimitStore } from '@fairline/shared/stores/limits/store.ts';
import type { SharedBuckets } from './shared-buckets.ts';

/** T of the bound in `shared-buckets.ts`. */
export const exchangeIntervalMs = 100;
/** Of each kind at each exchange: 10 000 a second, which a bucket's life of some seconds keeps from piling up in Redis. */
const maxKeys = 1000;

export type BucketExchangeParts = {
  /** By kind, which begins the names in Redis. */
  buckets: Readonly<Record<string, SharedBuckets>>;
  store: Pick<LimitStore, 'charge'>;
  clock: Clock;
  signal: AbortSignal;
  logger: Logger;
};

/** Tells the common accounts what this gateway took and takes over what is left; nothing is sent when nothing was taken. */
export function exchangeBuckets({ buckets, store, clock, signal, logger }: BucketExchangeParts): {
  stopped: Promise<void>;
} {
  async function step(): Promise<void> {
    const told = Object.entries(buckets).map(([kind, own]) => ({ kind, own, taken: own.collect(maxKeys) }));
    const charges: Charge[] = told.flatMap(({ kind, own, taken }) =>
      taken.map(({ key, count }) => ({ name: `${kind}:${key}`, ...own.rule(), taken: count })),
    );
    if (charges.length === 0) return;
    try {
      const levels = await store.charge(charges);
      let index = 0;
      for (const { own, taken } of told) {
        for (const { key } of taken) {
          own.settle(key, levels[index] ?? own.rule().burst);
          index += 1;
        }
      }
    } catch (error) {
      for (const { own, taken } of told) own.putBack(taken);
      throw error;
    }
  }

  return runLoop({ name: 'share token buckets', intervalMs: exchangeIntervalMs, clock, signal, logger, step });
}
