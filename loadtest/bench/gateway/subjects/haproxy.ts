import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import { startProgram, waitForPort } from '../processes.ts';
import type { Subject } from './subject.ts';

/** Bare proxying: one thread, connections kept alive and reused on both sides, no log. */
export const haproxy: Subject = {
  name: 'haproxy',
  title: 'HAProxy',
  needs: { haproxy: 'haproxy' },
  async start({ folder, upstreamPort, cores }) {
    const port = await findFreePort();
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(file, configuration(port, upstreamPort));
    const logFile = join(folder, 'haproxy.log');
    const program = startProgram({ name: 'HAProxy', command: 'haproxy', args: ['-db', '-f', file], cores, logFile });
    await waitForPort(port, 'HAProxy', logFile);
    return { port, pids: [program.pid], stop: program.stop };
  },
};

function configuration(port: number, upstreamPort: number): string {
  return `
global
  nbthread 1
  maxconn 8000
defaults
  mode http
  option http-keep-alive
  option forwardfor
  http-reuse always
  timeout connect 2s
  timeout client 60s
  timeout server 60s
frontend visitors
  bind 127.0.0.1:${port}
  default_backend booking
backend booking
  server one 127.0.0.1:${upstreamPort} pool-purge-delay 60s
`;
}
