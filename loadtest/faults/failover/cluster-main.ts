import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { startTestCluster } from '@fairline/shared/testing/redis-cluster.ts';
import { clusterFailovers } from './cluster-faults.ts';
import { calculateOtherKey } from './other-key.ts';
import { runFailovers } from './run-failovers.ts';

const { counters } = eventKeys('default', { isCluster: true });

await runFailovers({
  form: 'cluster',
  heading: 'Redis Cluster',
  intro:
    'Three masters with a replica each, `cluster-node-timeout` 1 s. The line of the sale is on one of them, records of visitors and ' +
    'instances are on all.',
  confirmReplicas: 1,
  startRedis: (t) => startTestCluster(t),
  failovers: clusterFailovers(counters, calculateOtherKey(counters)),
});
