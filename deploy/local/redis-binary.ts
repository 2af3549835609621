import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LaunchProblem } from './launch-problem.ts';

const run = promisify(execFile);
const programs = ['redis-server', 'valkey-server'] as const;
const oldestMajor = 7;

/** The program on PATH to start Redis with: the first one that is new enough. */
export async function findRedisProgram(): Promise<string> {
  const tooOld: string[] = [];
  for (const program of programs) {
    const version = await readVersion(program);
    if (version === undefined) continue;
    if (Number.parseInt(version, 10) >= oldestMajor) return program;
    tooOld.push(`${program} ${version}`);
  }
  throw new LaunchProblem(
    tooOld.length > 0
      ? `${tooOld.join(' and ')} on PATH is too old: Redis 7.0 or newer is needed, or an address in REDIS_URL`
      : 'neither redis-server nor valkey-server is on PATH: install one, or name a Redis with REDIS_URL',
  );
}

async function readVersion(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 5_000 });
    return /\bv=(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}
