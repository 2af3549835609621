import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSystem, until } from '@fairline/shared/testing/system.ts';
import t from 'tap';
import { createVisitor } from './visitor.ts';

/** A site that knows nothing of Fairline: pages, a session cookie of its own, and a health page. */
const seen: { url: string; headers: IncomingHttpHeaders }[] = [];
let isHealthy = true;
const site = createServer((request, response) => {
  const { url = '', headers } = request;
  if (url === '/up') {
    response.writeHead(isHealthy ? 200 : 500).end();
    return;
  }
  seen.push({ url, headers });
  response.setHeader('set-cookie', ['session=of-the-site; Path=/', 'visitor_id=forged; Path=/']);
  response.end(`the site at ${url}`);
});

const secret = 'a secret that the site shares with the gateway';

/** What the documentation tells sites to do. */
async function readVerifier(): Promise<(header: unknown, secrets: string[]) => { id: string; isBooked: boolean }> {
  const text = readFileSync(new URL('../../docs/protecting-any-site.md', import.meta.url), 'utf8');
  const code = /<!-- verify: javascript -->\s*```js\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)).verifyVisitor;
}

t.test('a site that knows nothing of Redis is protected', async (t) => {
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  t.after(() => {
    site.closeAllConnections();
    site.close();
  });
  const { port } = site.address() as AddressInfo;
  const system = await startSystem(t, {
    rooms: { booking: 0, 'queue-processor': 1 },
    settings: { maxBooking: '1' },
    env: {
      IDENTITY_SECRETS: secret,
      UPSTREAMS: `booking=http://127.0.0.1:${port};capacity=50`,
      UPSTREAM_CHECK_PATH: '/up',
      UPSTREAM_CHECK_INTERVAL_MS: '100',
    },
  });
  await until('an open gate', async () => (await system.line.readProgress()).gate.isOpen);
  const verifyVisitor = await readVerifier();
  const [first, second] = [createVisitor(system.url), createVisitor(system.url)];
  for (const visitor of [first, second]) await visitor.arrive();
  t.equal(first.cookies.get('session'), 'of-the-site', 'the cookies of the site reach the visitor');
  t.notMatch(first.cookies.get('visitor_id'), 'forged');

  t.match(await first.apply(), { status: 'booked' });
  t.match(await first.page('/ticketing/seats?row=3'), { status: 200, text: 'the site at /ticketing/seats?row=3' });
  const asked = seen.at(-1)?.headers ?? {};
  t.equal(asked.cookie, 'session=of-the-site', 'the site gets its own cookies and none of ours');
  t.match(verifyVisitor(asked['x-fairline-visitor'], [secret]), { id: first.id(), isBooked: true });

  const before = seen.length;
  t.match(await second.apply(), { status: 'waiting', position: 1 });
  t.notMatch((await second.page('/ticketing')).text, /the site/, 'who is not booked does not see the site');
  t.match((await second.ask('/api/booking/confirm', { method: 'POST' })).status, 403);
  t.equal(seen.length, before, 'nor does the site see them');
  t.match(await second.page('/about'), { status: 200, text: 'the site at /about' }, 'other pages are open to all');
  t.match(verifyVisitor(seen.at(-1)?.headers['x-fairline-visitor'], [secret]), { id: second.id(), isBooked: false });

  isHealthy = false;
  await until('the gate to shut', async () => !(await system.line.readProgress()).gate.isOpen);
  t.match(await first.ask('/queue/leave', { method: 'POST' }), { status: 200 });
  t.match(await second.status(), { status: 'waiting' }, 'nobody is let in to a site that is down');
  isHealthy = true;
  await until('the second to be admitted', async () => (await second.status()).status === 'booked');
  t.match(await second.page('/ticketing'), { status: 200, text: 'the site at /ticketing' });
});
