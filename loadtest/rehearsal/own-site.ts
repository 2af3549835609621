import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { Redis } from 'ioredis';
import { steadyRate } from '../load/arrivals.ts';
import { runLoad } from '../load/run-load.ts';
import { launchSite } from '../scaling/launched-site.ts';

/** Short, so that those who never come or fall silent give their places back within the rehearsal. */
const claimSeconds = 20;
const leaseMinutes = 1;
const warmUp = { ratePerSec: 100, durationMs: 3000 };

export type OwnSite = { origin: string; description: string };

/** A site by the launcher with a Redis and data of its own, warmed up; ended and removed by `after`. */
export async function startOwnSite(
  after: (step: () => Promise<unknown> | unknown) => void,
  { places }: { places: number },
): Promise<OwnSite> {
  const site = await launchSite(after, { argv: ['--log-level', 'warn'], env: { NODE_ENV: 'production' } });
  const redis = new Redis(site.redisUrl);
  const settings = { maxBooking: places, claimSeconds, leaseMinutes };
  try {
    await createSettingsStore({ redis, keys: eventKeys('default') }).save(
      Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
    );
  } finally {
    redis.disconnect();
  }
  // Programs that have just begun are slow; none of these keeps a cookie, so nothing of them is left.
  await runLoad({
    targets: [site.url],
    requests: [
      { name: 'page', method: 'GET', path: '/', headers: { accept: 'text/html' } },
      { name: 'status', method: 'GET', path: '/queue/status', headers: { accept: 'application/json' } },
    ],
    cookies: [],
    shape: { kind: 'open', curve: steadyRate(warmUp.ratePerSec, warmUp.durationMs) },
  });
  const told = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  return { origin: site.url, description: `a site of its own by npm start with its defaults and ${told.join(', ')}` };
}
