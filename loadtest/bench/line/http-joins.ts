import { join } from 'node:path';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { median } from '../../report/median.ts';
import { readProcessCpuMs } from './cpu.ts';
import { writeHeaderFile } from './header-file.ts';
import { runHttpLoad } from './http-load.ts';
import { openLine } from './line-under-test.ts';
import { startWaitingRoom } from './room-process.ts';

export type HttpJoins = { joinsPerCoreSec: number; redisShareOfCpu: number; p50Ms: number; p99Ms: number };

/** `POST /apply` of visitors who come once each, at one waiting-room process. */
export async function measureHttpJoins(
  t: TestLike,
  { rounds, joins, seconds, folder }: { rounds: number; joins: number; seconds: number; folder: string },
): Promise<HttpJoins> {
  const event = 'http-joins';
  const line = await openLine(t, { event });
  const room = await startWaitingRoom(t, line.server.url, event);
  const perSec: number[] = [];
  const redisShares: number[] = [];
  const p50Ms: number[] = [];
  const p99Ms: number[] = [];
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    const path = join(folder, 'joins');
    const headers = writeHeaderFile({ path, event, from: round * joins, count: joins, ticketEpoch: null });
    const [roomBefore, redisBefore] = [readProcessCpuMs(room.pid), readProcessCpuMs(line.pid)];
    const tailBefore = (await line.store.readProgress()).tail;
    const load = { url: room.url, method: 'POST', path: '/apply', headers, order: 'once', seconds } as const;
    const result = await runHttpLoad({ ...load, connections: 64, seed: round });
    const roomMs = readProcessCpuMs(room.pid) - roomBefore;
    const redisMs = readProcessCpuMs(line.pid) - redisBefore;
    if (round === 0) continue;
    const joined = (await line.store.readProgress()).tail - tailBefore;
    perSec.push((joined * 1000) / roomMs);
    redisShares.push(redisMs / (redisMs + roomMs));
    p50Ms.push(result.p50Us / 1000);
    p99Ms.push(result.p99Us / 1000);
  }
  return {
    joinsPerCoreSec: median(perSec),
    redisShareOfCpu: median(redisShares),
    p50Ms: median(p50Ms),
    p99Ms: median(p99Ms),
  };
}
