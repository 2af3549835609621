import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Files, listeners and connections that a process has beside its streams. */
const kept = 200;

const run = promisify(execFile);

/** How many descriptors a process that we start may have open (`ulimit -n`). */
async function readDescriptorLimit(kind: 'soft' | 'hard'): Promise<number> {
  const { stdout } = await run('sh', ['-c', kind === 'hard' ? 'ulimit -Hn' : 'ulimit -n']);
  const limit = Number(stdout.trim());
  return Number.isNaN(limit) ? Number.POSITIVE_INFINITY : limit;
}

/** How many descriptors we and those that we start may have open, after an attempt to allow that many for `streams` of two each. */
export async function raiseDescriptorLimit(streams: number): Promise<number> {
  const wanted = streams * 2 + kept;
  const [soft, hard] = [await readDescriptorLimit('soft'), await readDescriptorLimit('hard')];
  if (soft >= wanted) return soft;
  const most = Number.isFinite(hard) ? Math.max(wanted, hard) : 'unlimited';
  for (const limits of [`${wanted}:${most}`, `${hard}:${hard}`]) {
    try {
      // Only root may go beyond the hard limit, and only Linux has the program.
      await run('prlimit', ['--pid', String(process.pid), `--nofile=${limits}`]);
      break;
    } catch {}
  }
  return readDescriptorLimit('soft');
}

/** How many streams a process can hold that needs so many descriptors for each, and a line about it when it is fewer than wanted. */
export function fitStreams({ wanted, limit, perStream }: { wanted: number; limit: number; perStream: 1 | 2 }) {
  const most = Math.max(0, Math.floor((limit - kept) / perStream));
  if (wanted <= most) return { streams: wanted, note: undefined };
  const note =
    `${most} streams instead of ${wanted}: each takes ${perStream === 1 ? 'one descriptor' : 'two descriptors'} of a process, ` +
    `which may have ${limit} (ulimit -n); ${wanted} need ${wanted * perStream + kept}`;
  return { streams: most, note };
}

const streamsPerAddress = 10_000;
const addressesPerGroup = 10;
/** What the programs under test use themselves. */
const firstFree = 2;

/**
 * Where the connection of a stream comes from: one address has ports for some 28 000 connections, closed ones keep theirs
 * for a minute, and a gateway needs its own. `group`: one for each measurement.
 */
export function pickLocalAddress(index: number, group: number): string {
  return `127.0.0.${firstFree + group * addressesPerGroup + Math.floor(index / streamsPerAddress)}`;
}
