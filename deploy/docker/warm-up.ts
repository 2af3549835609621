import { spawnSync } from 'node:child_process';

/**
 * Loads every room once while an image is built, so that NODE_COMPILE_CACHE holds its code. A room without configuration
 * loads all it is made of, says what is missing and ends with 1.
 */
const startRoom = new URL('./start-room.ts', import.meta.url).pathname;
const { PATH, NODE_COMPILE_CACHE } = process.env;

for (const room of ['gateway', 'booking', 'waiting-room', 'queue-processor', 'admin']) {
  const { status, stderr } = spawnSync(process.execPath, [startRoom, room], {
    // No Redis is there, and none is looked for: the port is one that nothing listens on.
    env: { PATH, NODE_COMPILE_CACHE, REDIS_URL: 'not a URL' },
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status === 1 && stderr.includes('REDIS_URL')) continue;
  process.stderr.write(`${room}: did not end by its configuration (${status}):\n${stderr}\n`);
  process.exitCode = 1;
}
