import { setTimeout as sleep } from 'node:timers/promises';
import type { TestSentinels } from '@fairline/shared/testing/redis-sentinel.ts';
import { until } from '@fairline/shared/testing/system.ts';
import type { Failover } from './run-failovers.ts';

const hungMs = 8000;
const downMs = 4000;
const failoverTimeoutMs = 30_000;

const untilOther = (redis: TestSentinels, port: number) =>
  until('another master', async () => (await redis.findMaster()).port !== port, failoverTimeoutMs);

/** What is done to the master that the sentinels name. */
export const sentinelFailovers: readonly Failover<TestSentinels>[] = [
  {
    id: 'kill-master',
    what: `kill -9 of the master; the sentinels name another, and it comes back as a replica ${downMs / 1000} s later`,
    isRedisAway: true,
    async run(redis) {
      const master = await redis.findMaster();
      await master.stop('SIGKILL');
      await untilOther(redis, master.port);
      await sleep(downMs);
      await master.start();
    },
  },
  {
    id: 'hang-master',
    what: `the master is stopped for ${hungMs / 1000} s and goes on, when another one has been named (SIGSTOP, SIGCONT)`,
    isRedisAway: true,
    async run(redis) {
      const master = await redis.findMaster();
      process.kill(master.pid() ?? 0, 'SIGSTOP');
      await sleep(hungMs);
      process.kill(master.pid() ?? 0, 'SIGCONT');
      await sleep(500);
    },
  },
  {
    id: 'planned-failover',
    what: 'SENTINEL FAILOVER, as for maintenance',
    isRedisAway: true,
    async run(redis) {
      const master = await redis.findMaster();
      const [sentinel] = redis.sentinels;
      if (!sentinel) return;
      const asking = redis.connectTo(sentinel);
      await until('the sentinels to begin', () => asking.call('sentinel', 'failover', 'line').then(() => true));
      await untilOther(redis, master.port);
    },
  },
  {
    id: 'replica-away',
    what: `a replica is stopped for ${hungMs / 1000} s and goes on: nothing fails over, but no order is safe meanwhile`,
    async run(redis) {
      const master = await redis.findMaster();
      const replica = redis.servers.find(({ port }) => port !== master.port);
      process.kill(replica?.pid() ?? 0, 'SIGSTOP');
      await sleep(hungMs);
      process.kill(replica?.pid() ?? 0, 'SIGCONT');
    },
  },
];
