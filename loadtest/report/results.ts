import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);

/** A file of the repository, by its path from the root. */
export function repositoryFile(path: string): string {
  return fileURLToPath(new URL(path, root));
}

export type Machine = { cores: number; cpu: string; memoryGiB: number; node: string; platform: string; load1: number };

/** What was measured on, and how busy it was: numbers mean nothing without it. */
export function readMachine(): Machine {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    load1: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

export function describeMachine({ cores, cpu, memoryGiB, node, platform, load1 }: Machine): string {
  return `${cores} cores of ${cpu}, ${memoryGiB} GiB, ${platform}, Node ${node}; load average at the start ${load1}`;
}

/** Writes loadtest/results/<name>.json: when, on what, what came out. */
export async function writeResults(name: string, machine: Machine, results: object): Promise<string> {
  const path = `loadtest/results/${name}.json`;
  await mkdir(repositoryFile('loadtest/results/'), { recursive: true });
  const whole = { measuredAt: new Date().toISOString(), machine, ...results };
  await writeFile(repositoryFile(path), `${JSON.stringify(whole, null, 2)}\n`);
  return path;
}
