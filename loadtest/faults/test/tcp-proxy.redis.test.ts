import { once } from 'node:events';
import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import { Redis } from 'ioredis';
import t from 'tap';
import { startTcpProxy } from '../line/tcp-proxy.ts';

t.test('the proxy passes on, delays, cuts and refuses', async (t) => {
  const server = await startTestRedis(t, { args: ['--appendonly', 'no'] });
  const proxy = await startTcpProxy(t, server.port);
  const redis = new Redis(proxy.url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  redis.on('error', () => {});
  t.after(() => redis.disconnect());
  t.equal(await redis.set('a', 'x'.repeat(300_000)), 'OK');
  t.equal((await redis.get('a'))?.length, 300_000);

  proxy.delay(60);
  const startedAtMs = performance.now();
  t.equal(await redis.ping(), 'PONG');
  t.ok(performance.now() - startedAtMs >= 110, 'there and back');
  proxy.delay(0);

  const closed = once(redis, 'close');
  proxy.refuse(true);
  proxy.cut();
  await closed;
  t.not(redis.status, 'ready');
  proxy.refuse(false);
  t.equal(await redis.ping(), 'PONG', 'it finds its way back');
});
