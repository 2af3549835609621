import { execFileSync } from 'node:child_process';

/** Puts a process with all its threads on these cores, as `taskset -c` takes them; what it starts later goes there as well. */
export function pin(pid: number, cores: string): void {
  execFileSync('taskset', ['-a', '-p', '-c', cores, String(pid)], { stdio: 'ignore' });
}
