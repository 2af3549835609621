import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import { startProgram, waitForPort } from '../processes.ts';
import type { Subject } from './subject.ts';

const proxyServer = fileURLToPath(new URL('./http-proxy-server.ts', import.meta.url));

/** The usual proxy of a Fastify team, with undici below. */
export const httpProxy: Subject = {
  name: 'http-proxy',
  title: '@fastify/http-proxy',
  needs: {},
  async start({ folder, upstreamPort, cores }) {
    const port = await findFreePort();
    const logFile = join(folder, 'http-proxy.log');
    const program = startProgram({
      name: '@fastify/http-proxy',
      command: process.execPath,
      args: [proxyServer],
      env: { PORT: String(port), UPSTREAM: `http://127.0.0.1:${upstreamPort}`, NODE_ENV: 'production' },
      cores,
      logFile,
    });
    await waitForPort(port, '@fastify/http-proxy', logFile);
    return { port, pids: [program.pid], stop: program.stop };
  },
};
