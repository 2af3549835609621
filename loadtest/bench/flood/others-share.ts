import { readFileSync } from 'node:fs';
import { readCpuMs } from '../gateway/cpu-time.ts';

const ticksPerSec = 100;

/** What all cores together have worked so far, interrupts apart, and what a machine around this one took from it. */
export function parseBusyMs(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , , , steal = 0] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '')
    .split(' ')
    .map(Number);
  return ((user + nice + system + steal) * 1000) / ticksPerSec;
}

/** CPU time of the children of this process that have ended. */
export function parseEndedChildrenMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[13]) + Number(fields[14])) * 1000) / ticksPerSec;
}

/**
 * Begins to watch how much of the machine is used by what this process has not started. The answer: that share of all
 * cores since then, 0 to 1. Its grain is a tick of 10 ms for each process.
 */
export function watchOthers(cores: number): () => number {
  const read = () => ({
    atMs: performance.now(),
    busyMs: parseBusyMs(readFileSync('/proc/stat', 'latin1')),
    ownMs: readCpuMs([process.pid]) + parseEndedChildrenMs(readFileSync('/proc/self/stat', 'latin1')),
  });
  const start = read();
  return () => {
    const end = read();
    const othersMs = end.busyMs - start.busyMs - (end.ownMs - start.ownMs);
    return Math.min(1, Math.max(0, othersMs / ((end.atMs - start.atMs) * cores)));
  };
}
