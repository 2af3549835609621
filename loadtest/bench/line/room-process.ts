import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { repositoryFile } from '../../report/results.ts';
import { secrets } from './header-file.ts';
import { testCore } from './http-load.ts';

export type RoomProcess = { url: string; internalUrl?: string; pid: number };

/** Starts a program of ours and waits until it says where it listens. It ends with the run. */
async function startListening(
  t: TestLike,
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<RoomProcess> {
  const child = spawn('taskset', ['-c', testCore, process.execPath, repositoryFile(file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  t.after(() => end(child));
  for await (const line of createInterface({ input: child.stdout })) {
    const entry = JSON.parse(line) as { msg?: string; url?: string; internalUrl?: string };
    if (entry.msg !== 'listening' || !entry.url) continue;
    child.stdout.resume();
    return { url: entry.url, ...(entry.internalUrl && { internalUrl: entry.internalUrl }), pid: child.pid ?? 0 };
  }
  throw new Error(`${file} ended before it listened`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** A waiting-room as it is run for real, ready to serve. */
export async function startWaitingRoom(t: TestLike, redisUrl: string, event: string): Promise<RoomProcess> {
  const room = await startListening(t, 'services/waiting-room/main.ts', [], {
    ...secrets,
    REDIS_URL: redisUrl,
    EVENT: event,
    NODE_ENV: 'production',
  });
  for (;;) {
    const ready = await fetch(`${room.internalUrl}/readyz`).catch(() => undefined);
    if (ready?.ok) return room;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A process to measure against; see bare-route.ts. */
export function startBareRoute(t: TestLike, kind: 'bare' | 'lpos', redisUrl: string, listKey: string) {
  return startListening(t, 'loadtest/bench/line/bare-route.ts', [kind, redisUrl, listKey], {});
}
