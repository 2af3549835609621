import { startTestCluster } from './redis-cluster.ts';
import { startTestSentinels } from './redis-sentinel.ts';
import { startTestRedis, type TestRedis } from './redis-server.ts';
import { startTestUsersRedis } from './redis-users.ts';
import type { TestLike } from './test-like.ts';

/** How Redis may be run. */
const starters = {
  one: startTestRedis,
  cluster: startTestCluster,
  sentinel: startTestSentinels,
  users: startTestUsersRedis,
};
export type RedisForm = keyof typeof starters;

/** The form that whole-system tests run on unless they choose one: `FAIRLINE_TEST_REDIS`, else one Redis. */
export function readRedisForm(): RedisForm {
  const text = process.env.FAIRLINE_TEST_REDIS || 'one';
  const form = (Object.keys(starters) as RedisForm[]).find((known) => known === text);
  if (form) return form;
  throw new Error(`FAIRLINE_TEST_REDIS must be one of ${Object.keys(starters).join(' | ')}, not ${text}`);
}

export function startRedisOf(form: RedisForm, t: TestLike, args: readonly string[] = []): Promise<TestRedis> {
  return starters[form](t, { args });
}
