import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import { startProgram, waitForPort } from '../processes.ts';
import { proxyDirectives, startNginx, upstreamBlock } from './nginx-config.ts';
import type { Subject } from './subject.ts';

const checkServer = fileURLToPath(new URL('./check-server.ts', import.meta.url));

/**
 * What people build when their proxy cannot decide by itself: nginx asks a small service about every request of a
 * protected path, and that one asks Redis. The landing page passes unasked.
 */
export const authRequest: Subject = {
  name: 'auth-request',
  title: 'nginx auth_request + Fastify and ioredis',
  needs: { nginx: 'nginx' },
  async start({ folder, upstreamPort, redisUrl, secret, cores }) {
    const port = await findFreePort();
    const checkPort = await findFreePort();
    const logFile = join(folder, 'check.log');
    const check = startProgram({
      name: 'check',
      command: process.execPath,
      args: [checkServer],
      env: { PORT: String(checkPort), REDIS_URL: redisUrl, COOKIE_SECRET: secret, NODE_ENV: 'production' },
      cores,
      logFile,
    });
    await waitForPort(checkPort, 'the check of auth_request', logFile);
    const http = upstreamBlock('booking', upstreamPort) + upstreamBlock('check', checkPort);
    const server = `
    location = / {
      ${proxyDirectives}
      proxy_pass http://booking;
    }
    location / {
      auth_request /check;
      ${proxyDirectives}
      proxy_pass http://booking;
    }
    location = /check {
      internal;
      ${proxyDirectives}
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_pass http://check;
    }`;
    const front = await startNginx({ name: 'auth-request', folder, cores, port, http, server });
    return {
      port,
      pids: [front.pid, check.pid],
      stop: async () => {
        await front.stop();
        await check.stop();
      },
    };
  },
};
