import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { repositoryFile } from '../../report/results.ts';

/** One `npm start`, with every room of a site. */
export type Launcher = {
  url: string;
  /** kill -9 of the launcher itself: its rooms notice and end. */
  kill(): Promise<void>;
  /** On the same port again; settles when it says that it is ready. */
  start(): Promise<void>;
};

const readyTimeoutMs = 60_000;

/** Two launchers that share a Redis and the secrets, as two machines of one site would. Ended with `t`. */
export async function startLaunchedPair(t: TestLike, redisUrl: string): Promise<Launcher[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fairline-launchers-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const secret = () => randomBytes(32).toString('base64url');
  const names = ['COOKIE_SECRETS', 'TICKET_SECRETS', 'IDENTITY_SECRETS', 'ADMIN_SECRETS'];
  const env: Record<string, string | undefined> = {
    ...Object.fromEntries(names.map((name) => [name, secret()])),
    ...{ PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', ADMIN_PASSWORD: 'of one run' },
    ...{ ACCESS_LOG: 'off', TRAFFIC_CONTROL: 'off', REDIS_URL: redisUrl },
  };
  const launchers = [await createLauncher(t, join(folder, '1'), env), await createLauncher(t, join(folder, '2'), env)];
  await Promise.all(launchers.map((launcher) => launcher.start()));
  return launchers;
}

async function createLauncher(
  t: TestLike,
  dataDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Launcher> {
  const port = await findFreePort();
  let child: ChildProcess | undefined;

  async function end(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  }
  t.after(() => end('SIGTERM'));

  return {
    url: `http://127.0.0.1:${port}`,
    kill: () => end('SIGKILL'),
    async start() {
      const options = ['--port', String(port), '--data-dir', dataDir];
      const started = spawn(process.execPath, [repositoryFile('deploy/local/main.ts'), ...options], {
        cwd: repositoryFile('.'),
        env: env as NodeJS.ProcessEnv,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      child = started;
      await new Promise<void>((resolve, reject) => {
        const lines: string[] = [];
        const timer = setTimeout(() => reject(new Error('a launcher is not ready')), readyTimeoutMs);
        started.once('exit', () => reject(new Error(`a launcher ended: ${lines.slice(-5).join('\n')}`)));
        createInterface({ input: started.stdout as NodeJS.ReadableStream }).on('line', (line) => {
          lines.push(line);
          if (lines.length > 20) lines.shift();
          if (!line.includes('Fairline is ready.')) return;
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
}
