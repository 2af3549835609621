import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startSystem } from '@fairline/shared/testing/system.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { download, startBigBodies, upload } from './big-bodies.ts';

const sampleEveryMs = 50;
const warmUpBytes = 4 * 2 ** 20;

export type Passage = { name: string; sentBytes: number; arrivedBytes: number; peakGrowthBytes: number; ms: number };

/**
 * Sends bodies of this size through a gateway process of its own, up and down, and watches its memory meanwhile: growth
 * is over what it had after a few small ones.
 */
export async function passBigBodies(t: TestLike, bytes: number): Promise<{ startBytes: number; passages: Passage[] }> {
  const origin = await startBigBodies(t);
  const system = await startSystem(t, {
    rooms: { booking: 0, 'waiting-room': 0, 'queue-processor': 0, router: 0 },
    env: { ACCESS_LOG: 'off', UPSTREAMS: `booking=${origin}`, UPSTREAM_CHECK_RISE: '1' },
  });
  const gateway = await system.start('router');
  const pid = gateway.child.pid ?? 0;
  await untilAnswered(gateway.url);
  const ways = {
    'up, with a length': (size: number) => upload(gateway.url, size, false),
    'up, in chunks': (size: number) => upload(gateway.url, size, true),
    down: (size: number) => download(gateway.url, size),
  };
  for (const pass of Object.values(ways)) await pass(warmUpBytes);
  const startBytes = await readRssBytes(pid);

  const passages: Passage[] = [];
  for (const [name, pass] of Object.entries(ways)) {
    let peakBytes = startBytes;
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        peakBytes = Math.max(peakBytes, await readRssBytes(pid));
        await delay(sampleEveryMs);
      }
    })();
    const startedAtMs = performance.now();
    const arrivedBytes = await pass(bytes).finally(() => {
      isOver = true;
    });
    const ms = performance.now() - startedAtMs;
    await watching;
    passages.push({ name, sentBytes: bytes, arrivedBytes, peakGrowthBytes: peakBytes - startBytes, ms });
  }
  return { startBytes, passages };
}

async function untilAnswered(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const response = await fetch(`${url}/1`);
    await response.arrayBuffer();
    if (response.ok) return;
    await delay(50);
  }
  throw new Error('the gateway does not reach the server');
}

/** Of one process; `ps` tells it in KiB on every Unix. */
async function readRssBytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim()) * 1024;
}
