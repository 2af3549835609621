import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { createRedisProcess, findFreePort, type RedisProcess } from './redis-process.ts';
import { commonServerArgs, openConnections, type TestRedis } from './redis-server.ts';
import type { TestLike } from './test-like.ts';

export type TestSentinels = TestRedis & {
  /** The first master and its two replicas; which is which now, `findMaster` says. */
  servers: readonly RedisProcess[];
  sentinels: readonly RedisProcess[];
  /** Whom the sentinels name now. */
  findMaster(): Promise<RedisProcess>;
  /** A connection to one server as it is, whatever its role. */
  connectTo(server: RedisProcess): Redis;
};

const masterName = 'line';
const replicas = 2;
const sentinelCount = 3;
const downAfterMs = 1000;
const startTimeoutMs = 30_000;

/**
 * A replicated Redis: a master with two replicas that takes writes only while one of them follows, and three sentinels. All
 * are real processes on free ports, gone after the test. `stop` and `start` are of the servers; `port` and `pid` of the first.
 */
export async function startTestSentinels(
  t: TestLike,
  { args = [] }: { args?: readonly string[] } = {},
): Promise<TestSentinels> {
  const folder = await mkdtemp(join(tmpdir(), 'fairline-sentinel-'));
  const servers: RedisProcess[] = [];
  const sentinels: RedisProcess[] = [];
  const closers: (() => void)[] = [];
  t.after(async () => {
    for (const close of closers) close();
    await Promise.all([...sentinels, ...servers].map((each) => each.stop('SIGKILL')));
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  // Roles change, and a server that starts again must know its last one: each keeps a file that is its own to write.
  const firstPort = await findFreePort();
  for (let index = 0; index <= replicas; index += 1) {
    const port = index === 0 ? firstPort : await findFreePort();
    const dir = join(folder, `server-${index}`);
    await mkdir(dir);
    const file = join(dir, 'redis.conf');
    await writeFile(file, index === 0 ? '' : `replicaof 127.0.0.1 ${firstPort}\n`);
    const safe = ['--min-replicas-to-write', '1', '--min-replicas-max-lag', '2', '--repl-timeout', '5'];
    const own = [file, '--port', String(port), '--dir', dir, '--repl-ping-replica-period', '1'];
    servers.push(createRedisProcess({ port, args: [...own, ...commonServerArgs, ...safe, ...args] }));
  }
  const start = async () => {
    await Promise.all(servers.filter((server) => server.pid() === undefined).map((server) => server.start()));
  };
  await start();
  const [first] = servers;
  if (!first) throw new Error('there is a first server');
  const connectTo = (server: RedisProcess) => {
    const { open, close } = openConnections({ host: '127.0.0.1', port: server.port });
    closers.push(close);
    return open();
  };
  const master = connectTo(first);
  await until('the replicas to follow', async () =>
    new RegExp(`connected_slaves:${replicas}\\b[\\s\\S]*lag=[01]`).test(await master.info('replication')),
  );

  for (let index = 0; index < sentinelCount; index += 1) {
    const port = await findFreePort();
    const dir = join(folder, `sentinel-${index}`);
    await mkdir(dir);
    const file = join(dir, 'sentinel.conf');
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${dir}`,
      `sentinel monitor ${masterName} 127.0.0.1 ${firstPort} 2`,
      `sentinel down-after-milliseconds ${masterName} ${downAfterMs}`,
      `sentinel failover-timeout ${masterName} 6000`,
      `sentinel parallel-syncs ${masterName} ${replicas}`,
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    sentinels.push(createRedisProcess({ port, args: [file, '--sentinel', '--loglevel', 'warning'] }));
  }
  await Promise.all(sentinels.map((sentinel) => sentinel.start()));
  const asking = sentinels.map(connectTo);
  // Until they know each other and all replicas, a failover would not begin.
  await until('the sentinels to know each other', async () => {
    const known = await Promise.all(asking.map((redis) => redis.call('sentinel', 'master', masterName)));
    return known.every((flat) => {
      const reply = flat as string[];
      const field = (name: string) => reply[reply.indexOf(name) + 1];
      return field('num-slaves') === String(replicas) && field('num-other-sentinels') === String(sentinelCount - 1);
    });
  });

  const addresses = sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
  const { open, close } = openConnections({ sentinels: addresses, name: masterName, failoverDetector: true });
  closers.push(close);
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${masterName}`,
    env: {},
    servers,
    sentinels,
    port: first.port,
    pid: first.pid,
    start,
    stop: async (signal) => {
      await Promise.all(servers.map((server) => server.stop(signal)));
    },
    async findMaster() {
      const reply = await asking[0]?.call('sentinel', 'get-master-addr-by-name', masterName);
      const port = Number((reply as string[] | undefined)?.[1]);
      const found = servers.find((server) => server.port === port);
      if (!found) throw new Error(`the sentinels name port ${port}`);
      return found;
    },
    connectTo,
    connect: open,
  };
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const endsAtMs = performance.now() + startTimeoutMs;
  while (performance.now() < endsAtMs) {
    if (await isSo().catch(() => false)) return;
    await sleep(25);
  }
  throw new Error(`waited in vain for ${what}`);
}
