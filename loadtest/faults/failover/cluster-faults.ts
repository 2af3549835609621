import { setTimeout as sleep } from 'node:timers/promises';
import type { TestCluster } from '@fairline/shared/testing/redis-cluster.ts';
import type { RedisProcess } from '@fairline/shared/testing/redis-process.ts';
import { until } from '@fairline/shared/testing/system.ts';
import { Redis } from 'ioredis';
import type { Failover } from './run-failovers.ts';

const hungMs = 8000;
const downMs = 4000;
const failoverTimeoutMs = 30_000;

async function killOwner(cluster: TestCluster, key: string): Promise<void> {
  const owner = await cluster.ownerOf(key);
  await owner.stop('SIGKILL');
  await untilMoved(cluster, key, owner);
  await sleep(downMs);
  await owner.start();
}

const untilMoved = (cluster: TestCluster, key: string, from: RedisProcess) =>
  until('another node to take over', async () => (await cluster.ownerOf(key)).port !== from.port, failoverTimeoutMs);

/** What is done to the masters of a cluster; the keys tell to which one. */
export function clusterFailovers(lineKey: string, otherKey: string): Failover<TestCluster>[] {
  return [
    {
      id: 'kill-master',
      what: `kill -9 of the master that holds the line; its replica takes over, and it comes back as a replica ${downMs / 1000} s later`,
      isRedisAway: true,
      run: (cluster) => killOwner(cluster, lineKey),
    },
    {
      id: 'kill-other-master',
      what: 'the same to a master that holds records of visitors and instances, not the line',
      isRedisAway: true,
      run: (cluster) => killOwner(cluster, otherKey),
    },
    {
      id: 'hang-master',
      what: `the master that holds the line is stopped for ${hungMs / 1000} s and goes on, when its replica has taken over (SIGSTOP, SIGCONT)`,
      isRedisAway: true,
      async run(cluster) {
        const owner = await cluster.ownerOf(lineKey);
        process.kill(owner.pid() ?? 0, 'SIGSTOP');
        await sleep(hungMs);
        process.kill(owner.pid() ?? 0, 'SIGCONT');
        await sleep(500);
      },
    },
    {
      id: 'planned-failover',
      what: 'CLUSTER FAILOVER, as for maintenance: the replica takes over without a loss',
      isRedisAway: true,
      async run(cluster) {
        const owner = await cluster.ownerOf(lineKey);
        for (const node of cluster.nodes) {
          const redis = new Redis(node.port, '127.0.0.1', { maxRetriesPerRequest: 1 });
          try {
            const role = (await redis.call('role')) as unknown[];
            if (role[0] === 'slave' && Number(role[2]) === owner.port) await redis.call('cluster', 'failover');
          } finally {
            redis.disconnect();
          }
        }
        await untilMoved(cluster, lineKey, owner);
      },
    },
  ];
}
