import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import t, { type Test } from 'tap';
import { probeRedis, showRedisUrl } from '../redis-probe.ts';

/** A server that answers INFO with `info`, and everything else with OK. */
async function startFakeRedis(t: Test, info: string | undefined): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      if (info === undefined) return;
      for (const command of data.toString().split(/(?=\*\d+\r\n)/)) {
        socket.write(/\r\ninfo\r\n/i.test(command) ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

t.test('redis probe: an old version is named', async (t) => {
  const url = await startFakeRedis(t, 'redis_version:6.2.14\r\nprocess_id:1\r\n');
  const state = await probeRedis(url, 3_000);
  t.match(state, { kind: 'ready', version: '6.2.14', problems: [/6\.2\.14 is too old/] });
});

t.test('redis probe: one that reads its data is told apart', async (t) => {
  const url = await startFakeRedis(t, 'redis_version:7.0.0\r\nloading:1\r\n');
  t.same(await probeRedis(url, 3_000), { kind: 'loading' });
});

t.test('redis probe: nothing there', async (t) => {
  t.same(await probeRedis('redis://127.0.0.1:1', 3_000), { kind: 'absent' });
});

t.test('redis probe: a server that never answers is given up', async (t) => {
  const url = await startFakeRedis(t, undefined);
  t.same(await probeRedis(url, 200), { kind: 'unusable', reason: 'no answer within 0.2 s' });
});

t.test('redis probe: an address is shown without its password', async (t) => {
  t.equal(showRedisUrl('redis://user:hunter2@host:6379/0'), 'redis://user:***@host:6379/0');
  t.equal(showRedisUrl('redis://host:6379'), 'redis://host:6379');
});
