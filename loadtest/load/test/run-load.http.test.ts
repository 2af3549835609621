import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { steadyRate } from '../arrivals.ts';
import { runLoad, startLoad } from '../run-load.ts';

async function listen(t: Test, handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const page = { name: 'page', method: 'GET', path: '/page' };

t.test('load: every request of an open loop is sent, in turn to each target, and told by who answered', async (t) => {
  const cookies = new Set<string | undefined>();
  const targets = await Promise.all(
    ['one', 'two'].map((name) =>
      listen(t, (request, response) => {
        cookies.add(request.headers.cookie);
        response.end(`instance-${name}`);
      }),
    ),
  );
  const result = await runLoad({
    targets,
    requests: [page],
    cookies: ['a=1', 'b=2'],
    shape: { kind: 'open', curve: steadyRate(200, 500) },
    labelPattern: 'instance-(\\w+)',
    keepsRecords: true,
  });
  t.match(result, { answered: 100, failed: 0, latency: { count: 100 } });
  t.same(result.seconds[0]?.byLabel, { one: 50, two: 50 });
  t.equal(result.records.length, 100);
  t.same(cookies, new Set(['a=1', 'b=2']));
});

t.test('load: failures are told by kind and reason', async (t) => {
  const target = await listen(t, (request, response) => {
    if (request.method === 'POST') request.socket.destroy();
    else if (request.url === '/late') return;
    else response.writeHead(request.url === '/gone' ? 404 : 500).end();
  });
  const result = await runLoad({
    targets: [target],
    requests: [
      page,
      { ...page, name: 'gone', path: '/gone' },
      { ...page, name: 'late', path: '/late' },
      { name: 'order', method: 'POST', path: '/', body: 'x' },
    ],
    cookies: [],
    shape: { kind: 'open', curve: steadyRate(80, 100) },
    patienceMs: 300,
  });
  t.same(result.failures, { 'page: status 500': 2, 'late: timeout': 2, 'order: reset': 2 });
  t.equal(result.answered, 2, 'a refusal is an answer');
});

t.test('load: latency counts from the intended time, also while waiting for a connection', async (t) => {
  const held: (() => void)[] = [];
  const target = await listen(t, (_request, response) => {
    held.push(() => response.end());
    if (held.length === 1) setTimeout(() => held[0]?.(), 200);
    else response.end();
  });
  const result = await runLoad({
    targets: [target],
    requests: [page],
    cookies: [],
    shape: { kind: 'open', curve: steadyRate(100, 50) },
    maxConnections: 1,
    keepsRecords: true,
  });
  t.equal(result.answered, 5);
  const ends = result.records.map(({ intendedMs, latencyMs }) => intendedMs + latencyMs);
  t.same(
    ends,
    ends.toSorted((a, b) => a - b),
    'one after the other, each counted from when it was due',
  );
});

t.test('load: a closed loop ends at its count; a load is stopped early; a refused target is told', async (t) => {
  const target = await listen(t, (_request, response) => response.end('x'));
  const plan = { targets: [target], requests: [page], cookies: [] };
  const counted = await runLoad({
    ...plan,
    shape: { kind: 'closed', connections: 4, durationMs: 20_000, maxRequests: 100 },
  });
  t.match(counted, { answered: 100, failed: 0 });

  const warm = await runLoad({ ...plan, shape: { kind: 'open', curve: steadyRate(100, 200) }, warmUpMs: 105 });
  t.match(warm, { warmUp: 10, answered: 10, latency: { count: 10 } }, 'the time of warming up counts apart');

  const long = startLoad({ ...plan, shape: { kind: 'open', curve: steadyRate(10, 60_000) } });
  await long.started;
  long.stop();
  t.ok((await long.done).answered < 600);

  t.throws(() => startLoad({ ...plan, targets: ['http://192.0.2.1'], shape: { kind: 'open', curve: [] } }), /refused/);
  const nobody = await runLoad({
    ...plan,
    targets: ['http://127.0.0.1:1'],
    shape: { kind: 'open', curve: steadyRate(10, 200) },
  });
  t.same(nobody.failures, { 'page: refused': 2 });
});
