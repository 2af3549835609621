import { readdirSync, readFileSync } from 'node:fs';

/** CPU time that all threads of a process have used so far, ms, from the scheduler's own count of nanoseconds. */
export function readProcessCpuMs(pid: number): number {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
    } catch {
      // A thread may end between the listing and the look.
    }
  }
  return ns / 1e6;
}

/** CPU time that a process uses while `work` runs, ms. */
export async function measureCpuMs(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = readProcessCpuMs(pid);
  await work();
  return readProcessCpuMs(pid) - before;
}
