import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = fileURLToPath(new URL('./junk.lua', import.meta.url));
/** A connection comes back after its pause and this. */
const answerMs = 1.5;
const connections = 64;
const closedConnections = 32;

export type FloodResult = { requests: number; perSec: number };

/**
 * Junk by wrk, which costs little beside what it asks for: `perSec` requests a second over connections that pause at random,
 * or as many as are answered when it is undefined. Cores as `taskset -c` takes them.
 */
export async function flood({
  url,
  perSec,
  seconds,
  cores,
}: {
  url: string;
  perSec: number | undefined;
  seconds: number;
  cores: string;
}): Promise<FloodResult> {
  const open = perSec === undefined ? closedConnections : connections;
  const maxPauseMs = perSec === undefined ? 0 : Math.max(1, Math.floor(2 * ((open * 1000) / perSec - answerMs)));
  const words = [
    ...['-c', cores, 'wrk', '--threads', '1', '--connections', String(open)],
    ...['--duration', `${seconds}s`, '--timeout', '10s', '--script', script, url, '--', String(maxPauseMs)],
  ];
  const { stdout } = await run('taskset', words, { timeout: (seconds + 30) * 1000 });
  const text = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (!text) throw new Error(`wrk said nothing of its result: ${stdout}`);
  const { requests, durationUs, failed } = JSON.parse(text) as { requests: number; durationUs: number; failed: number };
  if (failed > 0) throw new Error(`${failed} junk requests broke`);
  return { requests, perSec: Math.round((requests * 1_000_000) / durationUs) };
}
