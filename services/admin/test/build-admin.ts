import { once } from 'node:events';
import { systemClock } from '@fairline/shared/clock.ts';
import type { InstanceReport } from '@fairline/shared/contracts/instance-report.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { hashPassword } from '@fairline/shared/password.ts';
import { connectRedis } from '@fairline/shared/redis/connect.ts';
import { createAuditStore } from '@fairline/shared/stores/audit/store.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { createVisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import type { TestRedis } from '@fairline/shared/testing/redis-server.ts';
import { buildApp } from '../app.ts';
import { parseGatewayNetworks } from '../operators/gateway-networks.ts';
import { parseOperators } from '../operators/operators.ts';
import { createOverviewReader } from '../overview/overview-reader.ts';

type TestLike = { after(step: () => Promise<void> | void): void };

export const passwords = { kim: 'correct horse', lee: 'battery staple' } as const;

/** The whole room on a free port, with an emptied Redis: kim is an operator, lee a viewer. */
export async function buildAdmin(
  t: TestLike,
  server: TestRedis,
  { gatewayNetworks = ['127.0.0.0/8'] }: { gatewayNetworks?: string[] } = {},
) {
  const logger = createLogger({ room: 'admin', instanceId: 'admin-test', level: 'silent' });
  const redis = connectRedis({ url: server.url, profile: 'request', name: 'admin-test', logger });
  t.after(() => redis.disconnect());
  await once(redis, 'ready');
  await redis.flushall();
  const keys = eventKeys('default');
  const settings = createSettingsStore({ redis, keys });
  const instances = createInstanceStore({ redis });
  const audit = createAuditStore({ redis });
  const line = createLineStore({ redis, keys });
  const visitors = createVisitorStore({ redis });
  await settings.adopt();
  const hashes = { kim: await hashPassword(passwords.kim), lee: await hashPassword(passwords.lee) };
  const { operators } = parseOperators(`kim:operator:${hashes.kim},lee:viewer:${hashes.lee}`);
  const reader = createOverviewReader({ line, visitors, instances, settings, clock: systemClock });
  const app = await buildApp({
    logger,
    clock: systemClock,
    event: 'default',
    operators,
    secrets: ['s'.repeat(40)],
    networks: parseGatewayNetworks(gatewayNetworks).networks,
    reader,
    settings,
    instances,
    audit,
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

  return { redis, settings, instances, audit, reader, url, ask, logIn };
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
