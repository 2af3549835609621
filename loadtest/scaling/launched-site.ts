import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import { repositoryFile } from '../report/results.ts';

export type LaunchedSite = {
  url: string;
  redisUrl: string;
  /** Of the gateway's own listener for operators. */
  internalUrl: string;
  cookieSecret: string;
  /** What the launcher itself said, without the rooms' logs. */
  said: readonly string[];
  /** Lines of any room's log that tell of an error. */
  errors: readonly string[];
};

/** `npm start` with these options on free ports and with data of its own; ended and removed by `after`. */
export async function launchSite(
  after: (step: () => Promise<unknown> | unknown) => void,
  { argv, env }: { argv: readonly string[]; env: Readonly<Record<string, string>> },
): Promise<LaunchedSite> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fairline-launched-'));
  after(() => rm(dataDir, { recursive: true, force: true }));
  const [port, redisPort] = [await findFreePort(), await findFreePort()];
  const place = ['--port', String(port), '--redis-port', String(redisPort), '--data-dir', dataDir];
  const child = spawn(process.execPath, [repositoryFile('deploy/local/main.ts'), ...place, ...argv], {
    cwd: repositoryFile('.'),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', ADMIN_PASSWORD: 'of one run', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A Ctrl-C in the terminal reaches us alone, and we stop it in order.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const said: string[] = [];
  const errors: string[] = [];
  let internalUrl = '';
  const ready = Promise.withResolvers<void>();
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, name, text] = /^(\S+) +│ (.*)$/.exec(line) ?? [];
    if (name === 'fairline' && text !== undefined) said.push(text);
    else if (text !== undefined && / (ERROR|FATAL) /.test(text)) errors.push(line);
    if (name?.startsWith('gateway-')) internalUrl ||= /internalUrl=(\S+)/.exec(text ?? '')?.[1] ?? '';
    if (line.includes('Fairline is ready.')) ready.resolve();
  });
  void ended.then(() => ready.reject(new Error(`the launcher ended: ${errors.join('')}${said.join('\n')}`)));
  await ready.promise;
  const secrets = JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8')) as { COOKIE_SECRETS: string };
  return {
    ...{ url: `http://127.0.0.1:${port}`, redisUrl: `redis://127.0.0.1:${redisPort}`, internalUrl, said, errors },
    cookieSecret: secrets.COOKIE_SECRETS.split(',')[0] ?? '',
  };
}
