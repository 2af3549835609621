import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { roomNodeFlags } from '@fairline/shared/node-flags.ts';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import { startProgram, waitForPort } from '../processes.ts';
import type { Subject } from './subject.ts';

const main = fileURLToPath(new URL('../../../../router/main.ts', import.meta.url));
/** Node loads the program, the gateway a million booked visitors. */
const startTimeoutMs = 60_000;

/** The gateway as it runs in production, everything on; only the line per request is off, as in every other subject. */
export function gateway({ workers = 1, nodeArgs = [] as readonly string[] } = {}): Subject {
  const name = workers === 1 ? 'gateway' : `gateway-${workers}-workers`;
  return {
    name,
    title: workers === 1 ? 'the gateway' : `the gateway, ${workers} workers`,
    needs: {},
    remembersVisitors: true,
    async start({ folder, redisUrl, secret, cores }) {
      const port = await findFreePort();
      const logFile = join(folder, `${name}.log`);
      const program = startProgram({
        name,
        command: process.execPath,
        args: [...roomNodeFlags, ...nodeArgs, main],
        env: {
          REDIS_URL: redisUrl,
          PORT: String(port),
          ACCESS_LOG: 'off',
          COOKIE_SECRETS: secret,
          IDENTITY_SECRETS: secret,
          NODE_ENV: 'production',
          ...(workers === 1 ? {} : { GATEWAY_WORKERS: String(workers) }),
        },
        cores,
        logFile,
      });
      await waitForPort(port, name, logFile, startTimeoutMs);
      return { port, pids: [program.pid], stop: program.stop };
    },
  };
}
