import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { InstanceReport } from '@fairline/shared/contracts/instance-report.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { childEnvironment } from '@fairline/shared/testing/child-environment.ts';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import { Redis } from 'ioredis';
import type { Test } from 'tap';

/** Longer than any start takes on a busy machine. */
const patienceMs = 90_000;
const script = fileURLToPath(new URL('fixtures/launch.ts', import.meta.url));

export type StartedLauncher = {
  pid: number;
  port: number;
  redisPort: number;
  /** All it said so far. */
  output(): string;
  /** Resolves when it has said `text`; rejects with all it said when it ends before, or says nothing of it for long. */
  said(text: string | RegExp): Promise<void>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
};

/** The launcher as a process of its own, with tiny rooms, on free ports unless `env` names others. */
export async function startLauncher(
  t: Test,
  dataDir: string,
  env: Record<string, string> = {},
  argv: readonly string[] = [],
): Promise<StartedLauncher> {
  const port = Number(env.PORT ?? (await findFreePort()));
  const redisPort = Number(env.REDIS_PORT ?? (await findFreePort()));
  const child = spawn(process.execPath, [script, ...argv], {
    env: { ...childEnvironment(), PORT: String(port), REDIS_PORT: String(redisPort), DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let heard = Promise.withResolvers<void>();
  function hear(chunk: Buffer): void {
    text += chunk.toString();
    heard.resolve();
    heard = Promise.withResolvers();
  }
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended: StartedLauncher['ended'] = new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  let isEnded = false;
  void ended.then(() => {
    isEnded = true;
    heard.resolve();
  });
  t.teardown(async () => {
    if (!isEnded) child.kill('SIGTERM');
    await ended;
  });
  return {
    pid: child.pid ?? 0,
    port,
    redisPort,
    output: () => text,
    async said(wanted) {
      const isSaid = () => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text));
      const late = setTimeout(() => {
        isLate = true;
        heard.resolve();
      }, patienceMs);
      let isLate = false;
      while (!isSaid()) {
        if (isEnded || isLate) {
          throw new Error(`the launcher ${isEnded ? 'ended' : 'went on'} without saying ${wanted}:\n${text}`);
        }
        await heard.promise;
      }
      clearTimeout(late);
    },
    ended,
    kill: (signal) => child.kill(signal),
  };
}

export async function openRedis(t: Test, port: number): Promise<Redis> {
  const redis = new Redis({ host: '127.0.0.1', port, retryStrategy: (attempt) => Math.min(attempt * 20, 200) });
  redis.on('error', () => {});
  t.teardown(() => redis.disconnect());
  return redis;
}

export async function readReports(redis: Redis): Promise<readonly InstanceReport[]> {
  return (await createInstanceStore({ redis }).readAll()).reports;
}

/** A zombie that nobody reaped yet still has an id: it is gone all the same. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
