import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, Redis } from 'ioredis';
import { createRedisProcess, findFreePort, type RedisProcess } from './redis-process.ts';
import { commonServerArgs, type TestRedis } from './redis-server.ts';
import type { TestLike } from './test-like.ts';

export type TestCluster = TestRedis & {
  nodes: readonly RedisProcess[];
  /** The node that takes writes to that key now. */
  ownerOf(key: string): Promise<RedisProcess>;
};

const slots = 16_384;
const masters = 3;
/** A lost master is replaced after this and an election, about twice as long in all. */
const nodeTimeoutMs = 1000;
const formTimeoutMs = 30_000;

/**
 * A real Redis Cluster of three masters with a replica each, six processes on free ports, all gone after the test. `stop` and
 * `start` are of all nodes; `port` and `pid` of the first.
 */
export async function startTestCluster(
  t: TestLike,
  { args = [] }: { args?: readonly string[] } = {},
): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'fairline-cluster-'));
  const nodes: RedisProcess[] = [];
  const clients = new Set<Cluster>();
  t.after(async () => {
    for (const client of clients) client.disconnect();
    await Promise.all(nodes.map((node) => node.stop('SIGKILL')));
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  for (let index = 0; index < 2 * masters; index += 1) {
    const [port, busPort] = [await findFreePort(), await findFreePort()];
    const dir = join(folder, String(index));
    await mkdir(dir);
    const own = [
      ...['--port', String(port), '--cluster-port', String(busPort), '--dir', dir],
      ...['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf'],
      ...['--cluster-node-timeout', String(nodeTimeoutMs), '--cluster-replica-validity-factor', '0'],
    ];
    nodes.push(createRedisProcess({ port, args: [...own, ...commonServerArgs, ...args] }));
  }
  const start = async () => {
    await Promise.all(nodes.filter((node) => node.pid() === undefined).map((node) => node.start()));
  };
  await start();
  await formCluster(nodes);

  const [first] = nodes;
  if (!first) throw new Error('a cluster has nodes');
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    env: {},
    nodes,
    port: first.port,
    pid: first.pid,
    stop: async (signal) => {
      await Promise.all(nodes.map((node) => node.stop(signal)));
    },
    start,
    async ownerOf(key) {
      for (const node of nodes.filter((each) => each.pid() !== undefined)) {
        // Only the owner answers; the others say where it is.
        const isOwner = await ask(node, (redis) => redis.type(key).then(() => true)).catch(() => false);
        if (isOwner) return node;
      }
      throw new Error(`no node takes commands on ${key}`);
    },
    connect() {
      const cluster = new Cluster(
        nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
        { slotsRefreshInterval: 1000, redisOptions: { maxRetriesPerRequest: null } },
      );
      cluster.on('error', () => {});
      clients.add(cluster);
      // A test's hand only sends commands, and those of both are the same.
      return cluster as unknown as Redis;
    },
  };
}

/** What `redis-cli --cluster create` does, without its waits: slots, acquaintance, replicas. */
async function formCluster(nodes: readonly RedisProcess[]): Promise<void> {
  const connections = nodes.map(({ port }) => openNode(port));
  try {
    const share = Math.ceil(slots / masters);
    for (const [index, redis] of connections.entries()) {
      await redis.call('cluster', 'set-config-epoch', index + 1);
      if (index < masters) {
        const last = Math.min(slots, (index + 1) * share) - 1;
        await redis.call('cluster', 'addslotsrange', index * share, last);
      }
    }
    // Each to each: gossip would take seconds.
    const info = await busPorts(connections);
    await Promise.all(
      connections.flatMap((redis, from) =>
        nodes.slice(from + 1).map(({ port }, index) => {
          return redis.call('cluster', 'meet', '127.0.0.1', port, info[from + 1 + index] ?? 0);
        }),
      ),
    );
    const ids = await Promise.all(connections.map((redis) => redis.call('cluster', 'myid')));
    const idOfMaster = new Map(connections.slice(masters).map((redis, index) => [redis, String(ids[index])]));
    // Refused until the two have shaken hands.
    await untilAll([...idOfMaster.keys()], async (redis) => {
      return (await redis.call('cluster', 'replicate', idOfMaster.get(redis) ?? '')) === 'OK';
    });
    await untilAll(connections, async (redis) => (await clusterInfo(redis)).cluster_state === 'ok');
    await untilAll(connections.slice(masters), async (redis) =>
      /master_link_status:up/.test(await redis.info('replication')),
    );
    // Who is whose replica is told on by gossip; clients that ask before would not know of any.
    await untilAll(connections, async (redis) => {
      const lists = (await redis.call('cluster', 'slots')) as unknown[][];
      return lists.length === masters && lists.every((entry) => entry.length === 4);
    });
  } finally {
    for (const redis of connections) redis.disconnect();
  }
}

async function busPorts(connections: readonly Redis[]): Promise<number[]> {
  return Promise.all(
    connections.map(async (redis) => {
      const reply = (await redis.call('config', 'get', 'cluster-port')) as string[];
      return Number(reply[1]);
    }),
  );
}

function openNode(port: number): Redis {
  const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: 1, enableReadyCheck: false });
  redis.on('error', () => {});
  return redis;
}

async function ask<T>(node: RedisProcess, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = openNode(node.port);
  try {
    return await Promise.race([
      question(redis),
      sleep(1000, undefined, { ref: false }).then(() => {
        throw new Error(`node ${node.port} does not answer`);
      }),
    ]);
  } finally {
    redis.disconnect();
  }
}

async function clusterInfo(redis: Redis): Promise<Record<string, string>> {
  const lines = String(await redis.call('cluster', 'info')).split('\r\n');
  return Object.fromEntries(lines.map((line) => line.split(':')));
}

async function untilAll(connections: readonly Redis[], isSo: (redis: Redis) => Promise<boolean>): Promise<void> {
  const endsAtMs = performance.now() + formTimeoutMs;
  while (performance.now() < endsAtMs) {
    const answers = await Promise.all(connections.map((redis) => isSo(redis).catch(() => false)));
    if (answers.every(Boolean)) return;
    await sleep(25);
  }
  throw new Error('the cluster did not form');
}
