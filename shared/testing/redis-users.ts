import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestRedis } from './redis-server.ts';
import { startTestTlsRedis } from './redis-tls.ts';
import type { TestLike } from './test-like.ts';

const run = promisify(execFile);
const printAcl = fileURLToPath(new URL('../../deploy/redis/print-acl.ts', import.meta.url));

/**
 * A real Redis by TLS with one user a room, as `npm run redis:acl` prints them. What Redis refused to a user fails the test at
 * its end: the log of the ACL must be empty.
 */
export async function startTestUsersRedis(
  t: TestLike,
  { args = [] }: { args?: readonly string[] } = {},
): Promise<TestRedis> {
  const password = randomBytes(16).toString('hex');
  const rooms = ['ROUTER', 'BOOKING', 'WAITING_ROOM', 'QUEUE_PROCESSOR', 'ADMIN', 'LAUNCHER'];
  const passwords = Object.fromEntries(rooms.map((room) => [`REDIS_PASSWORD_${room}`, password]));
  const { stdout } = await run(process.execPath, [printAcl], { env: { PATH: process.env.PATH, ...passwords } });
  const server = await startTestTlsRedis(t, {
    acl: stdout.trimEnd().split('\n'),
    args: ['--acllog-max-len', '1000', ...args],
    beforeEnd: async (redis) => {
      const refused = (await redis.acl('LOG')) as unknown as string[][];
      if (refused.length === 0) return;
      const words = refused.map((entry) => {
        const field = (name: string) => entry[entry.indexOf(name) + 1];
        return `${field('username')} may not: ${field('reason')} ${field('object')} (${field('context')})`;
      });
      throw new Error(`Redis refused:\n${[...new Set(words)].join('\n')}`);
    },
  });
  return { ...server, roomUrl: (room) => server.urlOf(room, password) };
}
