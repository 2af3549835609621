import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import { proxyDirectives, startNginx, upstreamBlock } from './nginx-config.ts';
import type { Subject } from './subject.ts';

/** Bare proxying by nginx. */
export const nginx: Subject = {
  name: 'nginx',
  title: 'nginx',
  needs: { nginx: 'nginx' },
  async start({ folder, upstreamPort, cores }) {
    const port = await findFreePort();
    const http = upstreamBlock('booking', upstreamPort);
    const server = `
    location / {
      ${proxyDirectives}
      proxy_pass http://booking;
    }`;
    const { pid, stop } = await startNginx({ name: 'nginx', folder, cores, port, http, server });
    return { port, pids: [pid], stop };
  },
};
