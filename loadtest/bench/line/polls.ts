import { join } from 'node:path';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { readProcessCpuMs } from './cpu.ts';
import { writeHeaderFile } from './header-file.ts';
import { type HeaderFile, type HttpLoad, runHttpLoad } from './http-load.ts';
import { joinAll, openLine } from './line-under-test.ts';
import { startBareRoute, startWaitingRoom } from './room-process.ts';
import { interleave } from './rounds.ts';

export type PollCosts = {
  bySize: { waiting: number; pollUs: number }[];
  bareUs: number;
  /** Of the process that asks, and of Redis. */
  lposUs: number;
  lposRedisUs: number;
  lposWaiting: number;
};

const connections = 64;
/** About 10 000 requests a second: all subjects answer the same load, since an idle program's answer costs more. */
const pauseMs = 5;
const lposSize = 10_000;

/** CPU of a status poll for lines of different lengths, beside a route that does nothing and one that asks Redis. */
export async function measurePolls(
  t: TestLike,
  {
    sizes,
    rounds,
    seconds,
    warmSeconds,
    folder,
  }: { sizes: readonly number[]; rounds: number; seconds: number; warmSeconds: number; folder: string },
): Promise<PollCosts> {
  const server = await openLine(t, { event: 'line-0' });
  const lines = [];
  for (const [index, waiting] of sizes.entries()) {
    const event = `line-${index}`;
    const line = index === 0 ? server : await openLine(t, { event });
    await joinAll(line, 0, waiting, 500);
    const room = await startWaitingRoom(t, line.server.url, event);
    lines.push({ event, waiting, line, room });
  }
  const lposLine = lines.find(({ waiting }) => waiting === lposSize) ?? lines[0];
  if (!lposLine) throw new Error('no line to poll');
  const bare = await startBareRoute(t, 'bare', '', '');
  const lpos = await startBareRoute(t, 'lpos', lposLine.line.server.url, lposLine.line.keys.list);

  const load = { method: 'GET', path: '/queue/status', order: 'random', seconds, connections } as const;
  const cpuUs = async (pid: number, options: Omit<HttpLoad, keyof typeof load> & { pauseMs?: number }) => {
    const beforeMs = readProcessCpuMs(pid);
    const { requests } = await runHttpLoad({ ...load, ...options });
    return ((readProcessCpuMs(pid) - beforeMs) * 1000) / requests;
  };
  // Identities hold for three minutes; the largest file, with all visitors, is what all but the lines themselves are asked with.
  const files = lines.map(({ event, waiting }) =>
    writeHeaderFile({ path: join(folder, event), event, from: 0, count: waiting, ticketEpoch: 0 }),
  );
  const largest = files.at(-1);
  const lposFile = files[lines.indexOf(lposLine)];
  if (!largest || !lposFile) throw new Error('no headers to send');
  let lposRedisUs = 0;
  const subjects: Record<string, (round: number) => Promise<number>> = {
    bare: (seed) => cpuUs(bare.pid, { url: bare.url, headers: largest, seed, pauseMs }),
    async lpos(seed) {
      const beforeMs = readProcessCpuMs(lposLine.line.pid);
      const beforeCpuMs = readProcessCpuMs(lpos.pid);
      const { requests } = await runHttpLoad({ ...load, url: lpos.url, headers: lposFile, seed, seconds: 1, pauseMs });
      lposRedisUs = ((readProcessCpuMs(lposLine.line.pid) - beforeMs) * 1000) / requests;
      return ((readProcessCpuMs(lpos.pid) - beforeCpuMs) * 1000) / requests;
    },
  };
  for (const [index, { room, event }] of lines.entries()) {
    const headers = files[index];
    if (headers) subjects[event] = (seed) => cpuUs(room.pid, { url: room.url, headers, seed, pauseMs });
  }
  // The first tens of thousands of requests are answered by code that is still being compiled.
  const warm = (url: string, file: HeaderFile) =>
    runHttpLoad({ ...load, url, headers: file, seed: 0, seconds: warmSeconds });
  await warm(bare.url, largest);
  for (const [index, { room }] of lines.entries()) await warm(room.url, files[index] ?? largest);
  const seen = await interleave(rounds, subjects);
  return {
    bySize: lines.map(({ event, waiting }) => ({ waiting, pollUs: seen[event] ?? 0 })),
    bareUs: seen.bare ?? 0,
    lposUs: seen.lpos ?? 0,
    lposRedisUs,
    lposWaiting: lposLine.waiting,
  };
}
