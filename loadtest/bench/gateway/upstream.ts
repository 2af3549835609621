import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import { bodyBytes } from './cells.ts';
import { startNginx } from './subjects/nginx-config.ts';

const largestInline = 1024;
export const bodyStart = 'upstream ';

/** The fastest upstream there is on a small machine: nginx that answers from its configuration or from a file. */
export async function startUpstream({ folder, cores }: { folder: string; cores: string }) {
  const port = await findFreePort();
  const locations = Object.entries(bodyBytes).map(([path, bytes]) => {
    const body = bodyStart.padEnd(bytes, '.');
    if (bytes <= largestInline) return `location = ${path} { default_type text/html; return 200 "${body}"; }`;
    const file = join(folder, `body-${bytes}`);
    writeFileSync(file, body);
    return `location = ${path} { default_type text/html; alias ${file}; }`;
  });
  const running = await startNginx({ name: 'upstream', folder, cores, port, server: locations.join('\n    ') });
  return { port, stop: running.stop };
}
