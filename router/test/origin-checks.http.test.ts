import { createServer } from 'node:http';
import { systemClock } from '@fairline/shared/clock.ts';
import { createLogger } from '@fairline/shared/logger.ts';
import t from 'tap';
import { parseStaticUpstreams } from '../balancing/static-upstreams.ts';
import { createAllowedLookup } from '../health/allowed-lookup.ts';
import { createCheckOrigin } from '../health/check-origin.ts';
import { createStaticOrigins } from '../health/static-origins.ts';
import { defaultUpstreamNetworks } from '../health/url-check.ts';
import { parseNetworks } from '../routing/networks.ts';
import { startUpstream } from './start-gateway.ts';

const networks = parseNetworks('UPSTREAM_NETWORKS', defaultUpstreamNetworks);
const lookup = createAllowedLookup(networks);
const never = new AbortController().signal;

t.test('a check passes with 2xx and 3xx, and fails with anything else, in words', async (t) => {
  let status = 204;
  const site = await startUpstream(t, 'site', (_request, response) => {
    if (status === 0) return;
    response.writeHead(status).end(status === 204 ? undefined : 'text');
  });
  const { checkOrigin, close } = createCheckOrigin({ path: '/up?deep=1', timeoutMs: 8000, lookup });
  t.after(close);
  const hasty = createCheckOrigin({ path: '/', timeoutMs: 50, lookup });
  t.after(hasty.close);
  for (status of [204, 200, 302]) t.same(await checkOrigin(site.url, never), { isPassed: true });
  for (status of [404, 500, 503]) {
    t.same(await checkOrigin(site.url, never), { isPassed: false, problem: `answered ${status}` });
  }
  status = 0;
  t.same(await hasty.checkOrigin(site.url, never), { isPassed: false, problem: 'no answer within 50 ms' });
  t.match(site.seen[0], { method: 'GET', url: '/up?deep=1', headers: { 'user-agent': 'fairline-health-check' } });
  t.match(await checkOrigin('http://127.0.0.1:1', never), { isPassed: false, problem: /ECONNREFUSED/ });
});

t.test('a name that leads outside the allowed networks is not asked', async (t) => {
  const { checkOrigin, close } = createCheckOrigin({
    path: '/',
    timeoutMs: 8000,
    lookup: createAllowedLookup(parseNetworks('UPSTREAM_NETWORKS', ['10.0.0.0/8'])),
  });
  t.after(close);
  const site = await startUpstream(t, 'site');
  const outcome = await checkOrigin(site.url.replace('127.0.0.1', 'localhost'), never);
  t.match(outcome, { isPassed: false, problem: /not within UPSTREAM_NETWORKS/ });
  t.same(site.seen, []);
});

t.test(
  'static upstreams: unknown before the first check, then healthy or failing, then what the checks say',
  async (t) => {
    let isUp = true;
    const site = await startUpstream(t, 'site', (_request, response) => response.writeHead(isUp ? 200 : 500).end());
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    const stopping = new AbortController();
    let noteChange = () => {};
    const origins = createStaticOrigins({
      settings: {
        origins: parseStaticUpstreams([`booking=${site.url}`, `booking=http://127.0.0.1:${port}`], networks).upstreams,
        checks: { path: '/', intervalMs: 10, timeoutMs: 8000, rise: 2, fall: 2 },
      },
      lookup,
      clock: systemClock,
      random: () => 0.5,
      signal: stopping.signal,
      logger: createLogger({ room: 'router', instanceId: 'router-test', level: 'silent' }),
      onChange: () => noteChange(),
    });
    t.after(async () => {
      stopping.abort();
      await origins.stop();
    });
    const changed = () =>
      new Promise<void>((resolve) => {
        noteChange = resolve;
      });
    t.same(origins.upstreams(), [], 'nobody is sent to a site that was not checked');
    t.equal(origins.countHealthy(), 0);
    while (!origins.isComplete()) await changed();
    t.same(
      origins.upstreams().map(({ own }) => own.failsProbes),
      [false, true],
    );
    t.equal(origins.countHealthy(), 1);
    isUp = false;
    await changed();
    t.equal(origins.countHealthy(), 0);
    t.equal(origins.upstreams()[0]?.own.failsProbes, true);
    isUp = true;
    await changed();
    t.equal(origins.countHealthy(), 1);
    const own = origins.upstreams()[0]?.own;
    t.ok(own?.isOnProbation && own.readySinceMs > 0, 'one that comes back starts slowly');
  },
);
