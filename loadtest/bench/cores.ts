import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const attempts = 5;

/**
 * Puts a process with all its threads on these cores, as `taskset -c` takes them; what it starts later goes there as well.
 * A thread that ends meanwhile makes an attempt fail, so there are several.
 */
export function pin(pid: number, cores: string): void {
  let problem = '';
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { status, stderr } = spawnSync('taskset', ['-a', '-p', '-c', cores, String(pid)], { encoding: 'utf8' });
    if (status === 0) return;
    problem = stderr;
  }
  throw new Error(`process ${pid} cannot be put on cores ${cores}: ${problem}`);
}

/** One core for what is measured alone, all others for the load, the upstream and Redis; '' on a machine with one core. */
export function splitCores(): { subjectCores: string; otherCores: string } {
  const last = availableParallelism() - 1;
  return last === 0 ? { subjectCores: '', otherCores: '' } : { subjectCores: '0', otherCores: `1-${last}` };
}
