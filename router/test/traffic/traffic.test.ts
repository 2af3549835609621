import { EventEmitter } from 'node:events';
import { parseSettings, type TrafficMode } from '@fairline/shared/contracts/settings.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import { createMetrics } from '@fairline/shared/metrics.ts';
import type { BlockStore } from '@fairline/shared/stores/blocks/store.ts';
import type { LimitStore } from '@fairline/shared/stores/limits/store.ts';
import type { SuspectStore } from '@fairline/shared/stores/limits/suspects.ts';
import { createManualClock } from '@fairline/shared/testing/manual-clock.ts';
import t from 'tap';
import type { KnownVisitor } from '../../admission/known-visitor.ts';
import { readRouterSettings } from '../../read-settings.ts';
import { parseNetworks } from '../../routing/networks.ts';
import { createTraffic, type VisitFacts } from '../../traffic/traffic.ts';
import { readTrafficBase } from '../../traffic/traffic-config.ts';
import { decideTrafficRule, defaultTrafficRule, followTrafficRule } from '../../traffic/traffic-rule.ts';

const secret = 'a secret for tests of more than 32 characters';

function set(t: { after(step: () => void): void }, mode: TrafficMode) {
  const ending = new AbortController();
  t.after(() => ending.abort());
  const noBlocks = {
    readMark: async () => '0 0',
    list: async () => ({ blocks: [], total: 0 }),
  } as unknown as BlockStore;
  const metrics = createMetrics({ room: 'router' });
  const rule = {
    ...defaultTrafficRule,
    mode,
    allowNetworks: parseNetworks('ALLOW_NETWORKS', ['10.0.0.0/8']),
    visitor: { ratePerSec: 1, burst: 1 },
    stranger: { ratePerSec: 1, burst: 1 },
  };
  const visitor = { visitorId: 'v' } as KnownVisitor;
  const traffic = createTraffic({
    rule: () => rule,
    trustedProxies: [],
    tagSecret: secret,
    peek: () => visitor,
    isBooked: () => false,
    onBlocksChanged: () => {},
    stores: {
      blocks: noBlocks,
      limits: {} as LimitStore,
      suspects: { clearDue: async () => 0 } as unknown as SuspectStore,
    },
    gatewayId: 'router-test',
    changesBlocks: noBlocks,
    metrics,
    redisNowMs: () => 0,
    clock: createManualClock(),
    signal: ending.signal,
    logger: createLogger({ room: 'router', instanceId: 'router-test', level: 'silent' }),
  });
  const ask = (remoteAddress: string, isKnown: boolean) => {
    const request = { socket: { remoteAddress }, headers: isKnown ? { cookie: 'visitor_id=v' } : {} };
    const from = traffic.findSource(request);
    const refusal = traffic.judgeArrival(from, request);
    if (refusal) return refusal.reason;
    const response = new EventEmitter();
    const facts = { request, response, visitor: isKnown ? visitor : undefined, route: 'open', method: 'GET' };
    return traffic.judgeVisitor(from, facts as unknown as VisitFacts)?.reason;
  };
  return { ask, metrics };
}

t.test('traffic: on, limits are kept; watched, they are only counted; off, there are none', async (t) => {
  const on = set(t, 'on');
  t.same([on.ask('203.0.113.1', false), on.ask('203.0.113.1', false)], [undefined, 'strangerLimit']);
  t.same([on.ask('203.0.113.1', true), on.ask('203.0.113.1', true)], [undefined, 'visitorLimit']);
  t.same([on.ask('10.0.0.1', false), on.ask('10.0.0.1', false)], [undefined, undefined]);
  const watch = set(t, 'watch');
  t.same([watch.ask('203.0.113.1', false), watch.ask('203.0.113.1', false)], [undefined, undefined]);
  t.match(await watch.metrics.registry.metrics(), /refused_total\{reason="strangerLimit"[^}]*\} 1/);
  const off = set(t, 'off');
  t.same([off.ask('203.0.113.1', true), off.ask('203.0.113.1', true)], [undefined, undefined]);
});

t.test('traffic: the rule is another only when a setting of it is', async (t) => {
  const ruleOf = followTrafficRule(
    readTrafficBase(readRouterSettings({ COOKIE_SECRETS: secret, IDENTITY_SECRETS: secret }).config, []),
  );
  const first = ruleOf(parseSettings({ allowNetworks: '203.0.113.0/24, 2001:db8::/32', version: '1' }));
  t.equal(
    ruleOf(parseSettings({ allowNetworks: '203.0.113.0/24, 2001:db8::/32', maxBooking: '9', version: '2' })),
    first,
  );
  t.equal(first.allowNetworks.length, 2);
  t.match(ruleOf(parseSettings({ networkBurst: '5' })), { network: { burst: 5 }, allowNetworks: [] });
});

t.test('traffic: settings come from the environment', async (t) => {
  const env = { COOKIE_SECRETS: secret, IDENTITY_SECRETS: secret };
  const standard = readRouterSettings(env);
  const initial = parseSettings({});
  const standardBase = readTrafficBase(standard.config, standard.allowNetworks);
  t.same(decideTrafficRule(standardBase, initial), defaultTrafficRule);
  t.ok(standard.allowNetworks.length > 3);
  t.same(readRouterSettings({ ...env, ALLOW_NETWORKS: 'none' }).allowNetworks, []);
  const { config } = readRouterSettings({
    ...env,
    TRAFFIC_CONTROL: 'watch',
    VISITOR_RATE_PER_SEC: '7',
    BLOCK_BASE_MS: '9000',
  });
  const base = readTrafficBase(config, []);
  const fixed = { mode: 'watch', visitor: { ratePerSec: 7, burst: 200 }, block: { baseMs: 9000 } };
  t.match(decideTrafficRule(base, initial), fixed);
  const written = parseSettings({ trafficControl: 'off', visitorRatePerSec: '9', visitorBurst: '11', joinQuota: '3' });
  const live = { ...fixed, visitor: { ratePerSec: 7, burst: 11 }, joinQuota: 3 };
  t.match(decideTrafficRule(base, written), live, 'what the environment fixes stands, the rest follows the settings');
  t.throws(() => readRouterSettings({ ...env, JOIN_QUOTA: '-1' }), /JOIN_QUOTA/);
  t.throws(() => readRouterSettings({ ...env, ALLOW_NETWORKS: 'office', TRAFFIC_CONTROL: 'maybe' }), /ALLOW_NETWORKS/);
});
