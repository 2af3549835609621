import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { Readable } from 'node:stream';
import { systemClock } from '@fairline/shared/clock.ts';
import { createIdentities } from '@fairline/shared/identity.ts';
import { createInvitations } from '@fairline/shared/invitations.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { connectRedis } from '@fairline/shared/redis/connect.ts';
import { createServerClock } from '@fairline/shared/redis/server-clock.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLockStore } from '@fairline/shared/stores/line/lock.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { createSettingsCopy } from '@fairline/shared/stores/settings/copy.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { createInviteStore } from '@fairline/shared/stores/visitors/invites.ts';
import type { TestRedis } from '@fairline/shared/testing/redis-server.ts';
import { createTicketCookies } from '@fairline/shared/ticket-cookie.ts';
import { createWaitingRoomApp } from '../app.ts';
import { plainBranding } from '../branding/branding.ts';
import { driveRoom } from '../drive-room.ts';
import { createLineHistories } from '../line/admission-history.ts';
import { createLineCopy } from '../line/line-copy.ts';
import { createLook } from '../pages/look.ts';
import type { StreamsFor } from '../status/near-front.ts';

type TestLike = { after(step: () => Promise<void> | void): void };

const identities = createIdentities({ secrets: ['i'.repeat(32)] });
const ticketCookies = createTicketCookies({ secrets: ['t'.repeat(32)] });
export const invitations = createInvitations({ secrets: ['v'.repeat(32)] });
const logger = createLogger({ room: 'waiting-room', instanceId: 'test', level: 'silent' });

export const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'sec-fetch-mode': 'navigate' };
export const json = { accept: 'application/json' };

/** Waits for what follows Redis by itself; fails after some seconds. */
export async function until<T>(read: () => T | Promise<T>, isEnough: (value: T) => boolean): Promise<T> {
  const endsAtMs = performance.now() + 8000;
  for (;;) {
    const value = await read();
    if (isEnough(value)) return value;
    if (performance.now() > endsAtMs) throw new Error(`not reached, last ${JSON.stringify(value)}`);
    await systemClock.sleep(20);
  }
}

/** Like fetch, which cannot be a navigation: it always sends its own Sec-Fetch-Mode. */
async function ask(
  url: string,
  { method, headers, body }: { method: string; headers: Record<string, string>; body?: string },
): Promise<Response> {
  const request = http.request(url, { method, headers });
  request.end(body);
  const [message] = (await once(request, 'response')) as [http.IncomingMessage];
  const answer = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) answer.append(name, value);
  }
  const content =
    method === 'HEAD' || message.statusCode === 204 ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>);
  if (content === null) message.resume();
  return new Response(content, { status: message.statusCode ?? 0, headers: answer });
}

/** A whole waiting-room on a real Redis, with the hand of a leader, listening on a free port. */
export async function openRoom(
  t: TestLike,
  server: TestRedis,
  {
    settings = {},
    event = `e-${randomUUID()}`,
    mostStreams = 100,
    streamsFor = 'front',
  }: { settings?: Record<string, string>; event?: string; mostStreams?: number; streamsFor?: StreamsFor } = {},
) {
  const keys = eventKeys(event);
  const stop = new AbortController();
  const hand = server.connect();
  const leaderLine = createLineStore({ redis: hand, keys });
  const settingsStore = createSettingsStore({ redis: hand, keys });
  const token = randomUUID();
  await settingsStore.save({ maxBooking: '1', ...settings });
  await createLockStore({ redis: hand, keys }).acquire(token, 600_000);
  const tick = (dueNumber = 0) =>
    leaderLine.setGate({ token, isOpen: true, reason: 'test', isMemoryFull: false, dueNumber });
  const admit = () => leaderLine.admit({ token, limit: 1000, absentAfterMs: 90_000, dueNumber: 0 });
  await tick();

  const redis = connectRedis({ url: server.url, profile: 'request', name: 'requests', logger });
  const changesConnection = connectRedis({ url: server.url, profile: 'worker', name: 'changes', logger });
  await until(
    () => redis.status,
    (status) => status === 'ready',
  );
  const serverClock = createServerClock({ redis, clock: systemClock });
  await serverClock.sample();
  const store = createLineStore({ redis, keys });
  const copy = createLineCopy();
  const histories = createLineHistories();
  const settingsCopy = createSettingsCopy({
    store: createSettingsStore({ redis, keys }),
    clock: systemClock,
    signal: stop.signal,
    logger,
  });
  await settingsCopy.refresh();
  let isLost = () => true;
  const { app, hub, signs } = await createWaitingRoomApp({
    logger,
    event,
    store,
    copy,
    histories,
    settings: settingsCopy.current,
    isLost: () => isLost(),
    identities,
    ticketCookies,
    invitations,
    inviteStore: createInviteStore({ redis, keys }),
    serverClock,
    clock: systemClock,
    random: Math.random,
    mostStreams,
    streamsFor,
    look: createLook(plainBranding),
    reporter: { plugin: (_app, _options, done) => done(), openStream: () => () => {} },
  });
  const driven = driveRoom({
    source: store,
    changesConnection,
    keys,
    copy,
    histories,
    settings: settingsCopy,
    hub,
    signs,
    serverClock,
    clock: systemClock,
    signal: stop.signal,
    logger,
    onLook: () => {},
  });
  isLost = driven.isLost;
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  await until(
    () => isLost(),
    (lost) => !lost,
  );

  t.after(async () => {
    await app.close();
    stop.abort();
    redis.disconnect();
    changesConnection.disconnect();
    await driven.stopped;
    await settingsCopy.stopped;
  });

  /** A browser with its cookie jar, as the gateway would present it. */
  function openVisitor(visitorId: string = randomUUID(), tier = 'standard') {
    let cookie = '';
    const visit = async (
      path: string,
      { headers = {}, method = 'GET', body }: { headers?: Record<string, string>; method?: string; body?: string } = {},
    ): Promise<Response> => {
      const identity = identities.sign({ visitorId, event, isBooked: false, tier }, serverClock.minute());
      const response = await ask(url + path, {
        method,
        headers: { 'x-fairline-visitor': identity, ...(cookie && { cookie }), ...headers },
        ...(body !== undefined && { body }),
      });
      for (const given of response.headers.getSetCookie()) cookie = (given.split(';')[0] ?? '').replace(/=$/, '=');
      return response;
    };
    return {
      id: visitorId,
      visit,
      cookie: () => cookie,
      setCookie: (value: string) => {
        cookie = value;
      },
      page: (path = '/ticketing', headers: Record<string, string> = {}) =>
        visit(path, { headers: { ...html, ...headers } }),
      apply: () => visit('/apply', { method: 'POST', headers: json }),
      leave: () => visit('/queue/leave', { method: 'POST', headers: json }),
      status: async () => (await (await visit('/queue/status', { headers: json })).json()) as Record<string, unknown>,
    };
  }

  return {
    url,
    app,
    keys,
    hand,
    line: leaderLine,
    settingsStore,
    tick,
    admit,
    copy,
    hub,
    event,
    openVisitor,
    isLost: () => isLost(),
  };
}

export type ServerSentEvent = { id: string; event: string; data: Record<string, unknown> };

/** Reads events of a stream one after the other. */
export async function* readEvents(response: Response): AsyncGenerator<ServerSentEvent> {
  let rest = '';
  for await (const chunk of response.body ?? []) {
    rest += Buffer.from(chunk).toString();
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const fields = new Map(
        rest
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const),
      );
      rest = rest.slice(end + 2);
      const data = fields.get('data');
      if (data) yield { id: fields.get('id') ?? '', event: fields.get('event') ?? '', data: JSON.parse(data) };
    }
  }
}
