import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@fairline/shared/clock.ts';
import { identityHeader } from '@fairline/shared/contracts/internal-headers.ts';
import { createIdentities } from '@fairline/shared/identity.ts';
import { createLoadMeter } from '@fairline/shared/load-meter.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { createMetrics } from '@fairline/shared/metrics.ts';
import { createVisitorCookies } from '@fairline/shared/visitor-cookie.ts';
import { createBookedCopy } from '../admission/booked-copy.ts';
import { createTierCopy } from '../admission/tier-copy.ts';
import { createVisitors } from '../admission/visitors.ts';
import { createOwnView } from '../balancing/own-view.ts';
import { emptyUpstreamSet, type Upstream, type UpstreamRoom, type UpstreamSet } from '../balancing/upstream-set.ts';
import { createGateway } from '../gateway.ts';
import { createGatewayMetrics } from '../gateway-metrics.ts';
import { createAllowedLookup } from '../health/allowed-lookup.ts';
import { defaultUpstreamNetworks } from '../health/url-check.ts';
import { createGuards, defaultGuardSettings, type GuardSettings } from '../limits/guards.ts';
import { createAskRoom } from '../proxy/ask-room.ts';
import { createConnections, type ForwardTimeouts } from '../proxy/connections.ts';
import { createStreams, defaultStreamLimits, type StreamLimits } from '../proxy/streams.ts';
import { createPublicListener } from '../public-listener.ts';
import { parseNetworks } from '../routing/networks.ts';
import type { Traffic } from '../traffic/traffic.ts';

type TestLike = { after(step: () => Promise<unknown> | unknown): void };

export const secret = 'a secret for tests of more than 32 characters';
export const cookies = createVisitorCookies({ secrets: [secret] });
export const identities = createIdentities({ secrets: [secret] });
export const currentMinute = () => Math.floor(Date.now() / 60_000);

export type Seen = { method: string; url: string; headers: IncomingHttpHeaders; rawHeaders: string[]; body: string };

/** A tiny real server. Without a handler it answers 200 with its name; it remembers what it was asked. */
export async function startUpstream(
  t: TestLike,
  name: string,
  handler?: (request: IncomingMessage, response: ServerResponse, seen: Seen) => void,
) {
  const seen: Seen[] = [];
  const server = createServer(async (incoming, response) => {
    const { method = '', url = '', headers, rawHeaders } = incoming;
    const entry: Seen = { method, url, headers, rawHeaders, body: '' };
    seen.push(entry);
    if (handler) {
      handler(incoming, response, entry);
      return;
    }
    for await (const chunk of incoming) entry.body += chunk;
    response.end(name);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { name, url: `http://127.0.0.1:${port}`, server, seen };
}

export function upstreamAt(room: UpstreamRoom, { name, url }: { name: string; url: string }): Upstream {
  const own = { ...createOwnView(0), isOnProbation: false };
  return { id: name, room, url, capacity: 100, othersInFlight: 0, isSuspect: false, own };
}

/** A gateway on a free port with these upstreams, without Redis: the copy of the booked set is the test's to change. */
export async function startGateway(
  t: TestLike,
  upstreams: Partial<UpstreamSet>,
  {
    trustedProxies = [],
    random = () => 0,
    timeouts = {},
    streamLimits = defaultStreamLimits,
    guarding = defaultGuardSettings,
    traffic,
  }: {
    trustedProxies?: string[];
    random?: () => number;
    timeouts?: Partial<ForwardTimeouts>;
    streamLimits?: StreamLimits;
    guarding?: GuardSettings;
    traffic?: Traffic;
  } = {},
) {
  const state = { upstreams: { ...emptyUpstreamSet, ...upstreams } as UpstreamSet, isDraining: false, rules: '' };
  const logger = createLogger({ room: 'router', instanceId: 'router-test', level: 'silent' });
  const bookedCopy = createBookedCopy();
  bookedCopy.draft(0).finish();
  const metrics = createMetrics({ room: 'router' });
  const streams = createStreams({ limits: streamLimits, clock: systemClock });
  const gatewayMetrics = createGatewayMetrics({
    metrics,
    bookedCopySize: bookedCopy.size,
    mapAgeSec: () => 0,
    openStreams: streams.read,
  });
  const visitors = createVisitors({ cookies, identities, event: 'default', minute: currentMinute, nowMs: Date.now });
  const networks = parseNetworks('UPSTREAM_NETWORKS', defaultUpstreamNetworks);
  const connections = createConnections({
    lookup: createAllowedLookup(networks),
    timeouts: { firstByteMs: 1500, ...timeouts },
  });
  const meter = createLoadMeter({ clock: systemClock });
  const failures: { instance: string; message: string }[] = [];
  const activity = { visits: [] as { visitorId: string; path: string }[], used: [] as string[] };
  const tiers = createTierCopy();
  const guards = createGuards({
    upstreams: () => state.upstreams,
    settings: guarding,
    rulesText: () => state.rules,
    clock: systemClock,
    random,
    metrics: gatewayMetrics,
    logger,
  });
  const { askRoom } = createAskRoom({
    upstreams: () => state.upstreams,
    guards,
    tiers,
    connections,
    streams,
    onTunnelUse: ({ visitor }) => activity.used.push(visitor?.visitorId ?? ''),
    visitors,
    bookedCopy,
    metrics: gatewayMetrics,
    gatewayId: 'router-test',
    onFailure: ({ id }, { message }) => failures.push({ instance: id, message }),
  });
  const gateway = createGateway({
    visitors,
    bookedCopy,
    activity: {
      noteVisit: ({ visitorId }, { path }) => activity.visits.push({ visitorId, path }),
      noteBookedActivity: ({ visitorId }) => activity.used.push(visitorId),
    },
    askRoom,
    trustedProxies: parseNetworks('TRUSTED_PROXIES', trustedProxies),
    ...(traffic ? { traffic } : {}),
    metrics: gatewayMetrics,
    meter,
    clock: systemClock,
    random,
    logger,
    isDraining: () => state.isDraining,
  });
  const app = createPublicListener({ gateway, logger });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(async () => {
    streams.cutAll();
    app.server.closeAllConnections();
    await app.close();
    await connections.destroy();
  });
  const port = Number(new URL(url).port);
  return { port, state, bookedCopy, activity, failures, meter, metrics, streams, tiers };
}

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

/** One request as it is written, no redirects followed, no path tidied up. */
export async function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer) text += chunk;
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: text };
}

/** The visitor cookie that an answer sets, as a Cookie header; empty when it sets none. */
export function cookieOf({ headers }: Answer): string {
  return headers['set-cookie']?.find((text) => text.startsWith('visitor_id='))?.split(';')[0] ?? '';
}

export function identityIn({ headers }: Seen) {
  return identities.verify(headers[identityHeader] as string | undefined, currentMinute());
}

/** A visitor whose cookie came back. */
export function createVisitor() {
  const { visitorId, value } = cookies.create();
  return { visitorId, cookie: `visitor_id=${value}` };
}
