import { startTestSentinels } from '@fairline/shared/testing/redis-sentinel.ts';
import { runFailovers } from './run-failovers.ts';
import { sentinelFailovers } from './sentinel-faults.ts';

await runFailovers({
  form: 'sentinel',
  heading: 'a replicated Redis behind Sentinel',
  intro:
    'A master with two replicas, `min-replicas-to-write` 1, and three sentinels with `down-after-milliseconds` 1000. An order is told ' +
    'once both replicas hold it.',
  confirmReplicas: 2,
  startRedis: (t) => startTestSentinels(t),
  failovers: sentinelFailovers,
});
