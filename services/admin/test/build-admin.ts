import { once } from 'node:events';
import { type Clock, systemClock } from '@fairline/shared/clock.ts';
import type { InstanceReport } from '@fairline/shared/contracts/instance-report.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { hashPassword } from '@fairline/shared/password.ts';
import { connectRedis } from '@fairline/shared/redis/connect.ts';
import { eventKeys, sharedKeys } from '@fairline/shared/stores/keys.ts';
import type { TestRedis } from '@fairline/shared/testing/redis-server.ts';
import { buildApp } from '../app.ts';
import { createLiveHub } from '../live/live-hub.ts';
import { parseGatewayNetworks } from '../operators/gateway-networks.ts';
import { type Operator, parseOperators } from '../operators/operators.ts';
import { hashToken, parseTokens } from '../operators/tokens.ts';
import { createHistory } from '../overview/history.ts';
import { createKeptHistory } from '../overview/kept-history.ts';
import { createOverviewReader } from '../overview/overview-reader.ts';
import { createStores } from '../stores.ts';
import { followTurns } from '../turns/follow-turns.ts';
import { createRecentChanges } from '../turns/recent-changes.ts';
import { createTurnTracker } from '../turns/turn-tracker.ts';

type TestLike = { after(step: () => Promise<void> | void): void };

export const passwords = { kim: 'correct horse', lee: 'battery staple' } as const;

/** Tokens of scripts, named by their role. */
export const apiTokens = { viewer: 'flt_for-looking', operator: 'flt_for-doing' } as const;

/** The whole room on a free port, with an emptied Redis: kim is an operator, lee a viewer. */
export async function buildAdmin(
  t: TestLike,
  server: TestRedis,
  {
    gatewayNetworks = ['127.0.0.0/8'],
    visibleTo,
    mostStreams = 3,
    clock = systemClock,
  }: { clock?: Pick<Clock, 'nowMs'>; gatewayNetworks?: string[]; visibleTo?: string[]; mostStreams?: number } = {},
) {
  const logger = createLogger({ room: 'admin', instanceId: 'admin-test', level: 'silent' });
  const redis = connectRedis({ url: server.url, profile: 'request', name: 'admin-test', logger });
  t.after(() => redis.disconnect());
  await once(redis, 'ready');
  await redis.flushall();
  const keys = eventKeys('default');
  const stores = createStores({ redis, keys });
  const { settings, instances, audit } = stores;
  await settings.adopt();
  const hashes = { kim: await hashPassword(passwords.kim), lee: await hashPassword(passwords.lee) };
  let { operators } = parseOperators(`kim:operator:${hashes.kim},lee:viewer:${hashes.lee}`);
  /** What a process has in mind that takes up the history. */
  async function takeUp() {
    const turns = createTurnTracker({ sinceMs: Date.now() });
    const { line, historyStore: store } = stores;
    const history = createKeptHistory({ store, line, history: createHistory(), turns, logger });
    await history.load();
    return { turns, history };
  }
  const { turns, history } = await takeUp();
  const recent = createRecentChanges();
  const reader = createOverviewReader({ ...stores, turns, history, clock: systemClock });
  const hub = createLiveHub({ mostStreams, openStream: () => () => {} });
  reader.onReading(hub.publish);
  const stopping = new AbortController();
  const changesConnection = connectRedis({ url: server.url, profile: 'worker', name: 'admin-test-changes', logger });
  const following = followTurns({
    ...{ line: stores.line, journeys: stores.journeys, changesConnection, keys, turns, recent },
    ...{ clock: systemClock, signal: stopping.signal, logger, onChange: () => {} },
  });
  t.after(async () => {
    stopping.abort();
    await following.stopped;
  });
  const { tokens } = parseTokens(
    Object.entries(apiTokens).map(([role, token]) => `${role}:${role}:${hashToken(token)}`),
  );
  const app = await buildApp({
    ...{ logger, clock, event: 'default', tokens, secrets: ['s'.repeat(40)] },
    book: { operators: () => operators, reload: async () => {} },
    networks: parseGatewayNetworks(gatewayNetworks).networks,
    visibleTo: visibleTo ? parseGatewayNetworks(visibleTo).networks : undefined,
    ...{ redis, keys, stores, reader, hub, turns, recent, flushTurns: following.flush },
  });
  t.after(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });

  /** Asks as a browser does for pages, without following redirects. */
  async function ask(path: string, { method = 'GET', cookie = '', form, json, headers = {} }: Request = {}) {
    const body = form ? new URLSearchParams(form) : json === undefined ? undefined : JSON.stringify(json);
    const contentType: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(url + path, {
      method: body && method === 'GET' ? 'POST' : method,
      redirect: 'manual',
      headers: { accept: json === undefined ? 'text/html' : 'application/json', cookie, ...contentType, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  /** Logs in and hands back what further requests need. */
  async function logIn(name: keyof typeof passwords) {
    const answer = await ask('/system/login', { form: { name, password: passwords[name] } });
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await ask('/system', { cookie });
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    return { cookie, csrf };
  }

  /** Asks as a script does. */
  async function api<T>(
    path: string,
    { role = 'operator', ...request }: Request & { role?: keyof typeof apiTokens } = {},
  ) {
    const headers = { authorization: `Bearer ${apiTokens[role]}`, accept: 'application/json', ...request.headers };
    const answer = await ask(`/system/api/${path}`, { ...request, headers });
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
    return { ...answer, body: (isJson ? JSON.parse(answer.text) : undefined) as T };
  }

  /** An instance that stays in the map, however long the test takes. */
  async function report(fields: Parameters<typeof reportOf>[0]): Promise<void> {
    const written = reportOf(fields);
    await instances.write(written);
    await redis.persist(sharedKeys.instance(written.id));
  }

  /** Somebody's password, role or being there changes while the process runs. */
  function setOperators(change: (before: ReadonlyMap<string, Operator>) => Map<string, Operator>): void {
    operators = change(operators);
  }

  return {
    redis,
    keys,
    stores,
    settings,
    instances,
    audit,
    report,
    reader,
    takeUp,
    history,
    turns,
    hub,
    following,
    url,
    ask,
    api,
    logIn,
    setOperators,
  };
}

type Request = {
  method?: string;
  cookie?: string;
  form?: Record<string, string>;
  json?: unknown;
  headers?: Record<string, string>;
};

export function reportOf(fields: Partial<InstanceReport>): InstanceReport {
  return {
    id: 'booking-1',
    room: 'booking',
    url: 'http://127.0.0.1:4000',
    state: 'ready',
    startedAtMs: 1,
    version: '0.1.0',
    reportSeq: 1,
    inFlight: 5,
    inFlightByGateway: {},
    streams: 0,
    capacity: 10,
    requestsPerSec: 1,
    latencyP50Ms: 1,
    latencyP95Ms: 2,
    errorRatio: 0,
    eventLoopUtilization: 0.1,
    eventLoopDelayP99Ms: 1,
    cpuRatio: 0.1,
    rssBytes: 1_000,
    pid: 1,
    ...fields,
  };
}
