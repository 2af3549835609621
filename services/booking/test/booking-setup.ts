import { once } from 'node:events';
import { systemClock } from '@fairline/shared/clock.ts';
import type { BookingState } from '@fairline/shared/contracts/booking-state.ts';
import { identityHeader } from '@fairline/shared/contracts/internal-headers.ts';
import { parseSettings, type Settings } from '@fairline/shared/contracts/settings.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import { createIdentities } from '@fairline/shared/identity.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { connectRedis } from '@fairline/shared/redis/connect.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLockStore } from '@fairline/shared/stores/line/lock.ts';
import { createLineStore, type LineStore } from '@fairline/shared/stores/line/store.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { createVisitorStore, type VisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import { startTestRedis, type TestRedis } from '@fairline/shared/testing/redis-server.ts';
import { createBookingApp } from '../app.ts';
import { catalogue } from './sample-catalogue.ts';

export const secrets = ['identity-secret-for-tests-0123456789'];
export const minute = 29_000_000;

type Test = { after(step: () => Promise<void> | void): void };
type Parts = Partial<Parameters<typeof createBookingApp>[0]>;

const logger = createLogger({ room: 'booking', instanceId: 'booking-test', level: 'silent' });
const identities = createIdentities({ secrets });

/** The header by which the gateway says who asks. */
export function identityOf(visitorId: string, isBooked = true, { event = 'default', atMinute = minute } = {}) {
  return { [identityHeader]: identities.sign({ visitorId, event, isBooked, tier: 'standard' }, atMinute) };
}

/** Listens on a free port; parts that a test does not name are as in a quiet hour. */
export async function listenBooking(t: Test, parts: Parts & Pick<Parts, 'line' | 'visitors'>): Promise<Site> {
  const app = await createBookingApp({
    ...{ logger, catalogue, identities, event: 'default', capacity: 50, serviceTimeMs: 0, clock: systemClock },
    minute: () => minute,
    nowMs: () => minute * 60_000,
    random: Math.random,
    settings: () => parseSettings({}),
    line: nobody,
    visitors: noRecords,
    ...parts,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => app.close());
  return createSite(app, url);
}

/** The body of a good answer of the API. */
export async function stateOf(response: Response): Promise<BookingState> {
  return (await response.json()) as BookingState;
}

/** A line nobody is in and records nobody has: for tests of what comes before Redis is asked. */
export const nobody = {
  readStanding: async () => ({ kind: 'none' as const, seq: 1, nowMs: minute * 60_000 }),
  confirm: async () => ({ kind: 'notBooked' as const }),
  cancel: async () => ({ kind: 'notBooked' as const }),
};
export const noRecords = { read: async () => null, writeSession: async () => undefined };

export type Site = ReturnType<typeof createSite>;

function createSite(app: HttpApp, url: string) {
  return {
    app,
    url,
    get: (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers, redirect: 'manual' }),
    /** A call of the API; without a body when `json` is undefined. */
    post: (path: string, headers: Record<string, string> = {}, json?: unknown) =>
      fetch(url + path, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          accept: 'application/json',
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      }),
    /** A form as a browser sends it. */
    submit: (path: string, headers: Record<string, string> = {}, fields: Record<string, string> = {}) =>
      fetch(url + path, {
        method: 'POST',
        redirect: 'manual',
        headers: { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8', ...headers },
        body: new URLSearchParams(fields),
      }),
  };
}

export type Sale = Site & {
  redis: TestRedis;
  line: LineStore;
  visitors: VisitorStore;
  settings: { value: Settings };
  /** Lets visitors in and fails when there is no place. */
  admit(...visitorIds: string[]): Promise<void>;
  set(values: Record<string, string>): Promise<void>;
  /** Ends a place as time does. */
  expire(visitorId: string): Promise<void>;
};

/** A booking app on a Redis of its own, with the sale open and as many places as a test needs. */
export async function startSale(t: Test, parts: Parts = {}): Promise<Sale> {
  const server = await startTestRedis(t);
  const redis = connectRedis({ url: server.url, profile: 'request', name: 'booking-test', logger });
  t.after(() => redis.disconnect());
  await once(redis, 'ready');
  const keys = eventKeys('default');
  const line = createLineStore({ redis, keys });
  const visitors = createVisitorStore({ redis });
  const settingsStore = createSettingsStore({ redis, keys });
  const settings = { value: parseSettings({}) };
  const set = async (values: Record<string, string>) => {
    const saved = await settingsStore.save(values);
    if (saved.kind !== 'saved') throw new Error(JSON.stringify(saved));
    settings.value = await settingsStore.readGood();
  };
  await settingsStore.adopt();
  await set({ maxBooking: '100' });

  const token = 'leader-of-the-test';
  const leads = createLockStore({ redis, keys });
  const tick = async () => {
    await leads.acquire(token, 60_000);
    await line.setGate({ token, isOpen: true, reason: '', isMemoryFull: false, dueNumber: 0 });
  };
  await tick();

  const site = await listenBooking(t, { line, visitors, settings: () => settings.value, ...parts });
  return {
    ...site,
    ...{ redis: server, line, visitors, settings, set },
    async admit(...visitorIds) {
      await tick();
      const outcomes = await line.join(visitorIds.map((visitorId) => ({ visitorId, again: true })));
      const refused = outcomes.find((outcome) => outcome.kind !== 'booked');
      if (refused) throw new Error(`not admitted: ${JSON.stringify(refused)}`);
    },
    async expire(visitorId) {
      await line.renew([visitorId]);
      await redis.zadd(keys.leases, 1, visitorId);
      await tick();
      await redis.hset(keys.counters, 'graceUntilMs', 0);
      await line.endPlaces({ token, limit: 100 });
      const standing = await line.readStanding(visitorId);
      if (standing.kind !== 'ended') throw new Error(`still ${standing.kind}`);
    },
  };
}
