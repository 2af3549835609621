import { execFileSync, spawnSync } from 'node:child_process';

/** Debian packages of programs, by program. */
export type Needs = Readonly<Record<string, string>>;

/**
 * Makes sure that the programs are there; installs missing ones with apt-get where this user may. Throws with the
 * command to run otherwise.
 */
export function ensurePrograms(needs: Needs, note: (line: string) => void): void {
  const missing = Object.entries(needs).filter(([program]) => !isThere(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, name]) => name))];
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  if (process.getuid?.() !== 0 || !isThere('apt-get')) {
    throw new Error(`missing: ${missing.map(([program]) => program).join(', ')}. Try: ${command.join(' ')}`);
  }
  note(`installs ${packages.join(', ')}`);
  // Started services would take ports and CPU: policy-rc.d is not ours to write, so they are only told not to.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  execFileSync(command[0] ?? '', command.slice(1), { env, stdio: 'ignore' });
}

function isThere(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** First line that a program says of its version; empty when it says nothing. */
export function readVersion(program: string, flag: string): string {
  const { stdout, stderr } = spawnSync(program, [flag], { encoding: 'utf8' });
  return /\d+\.\d+(?:\.\d+)?/.exec(`${stdout ?? ''}${stderr ?? ''}`)?.[0] ?? '';
}
