import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export type HeaderFile = { path: string; blockBytes: number; count: number };

export type HttpLoad = {
  url: string;
  method: 'GET' | 'POST';
  path: string;
  headers: HeaderFile;
  /** Drawn at random again and again, or each once, in order, and then no more. */
  order: 'random' | 'once';
  seconds: number;
  connections?: number;
  /** Mean pause of a connection between two requests, ms, so that all subjects get the same requests a second. */
  pauseMs?: number;
  seed: number;
};

export type HttpLoadResult = {
  requests: number;
  durationUs: number;
  p50Us: number;
  p99Us: number;
  failedSockets: number;
  failedAnswers: number;
};

/** The programs under test share the first core and the load has the second: on one core each answer would stop the program. */
export const testCore = '0';
const loadCore = '1';
const run = promisify(execFile);
const script = fileURLToPath(new URL('./load.lua', import.meta.url));

/** A load by wrk on one thread. Throws when an answer was no success. */
export async function runHttpLoad(load: HttpLoad): Promise<HttpLoadResult> {
  const { url, method, path, headers, order, seconds, connections = 32, pauseMs = 0, seed } = load;
  const { stdout } = await run(
    'taskset',
    [
      ...['-c', loadCore, 'wrk'],
      ...['--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`, '--timeout', '10s'],
      ...['--script', script, url, '--', headers.path, String(headers.blockBytes), String(headers.count)],
      ...[method, path, order, String(seed), String(pauseMs)],
    ],
    { timeout: (seconds + 60) * 1000 },
  );
  const text = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (!text) throw new Error(`wrk said nothing of its result: ${stdout}`);
  const result = JSON.parse(text) as HttpLoadResult;
  if (result.failedAnswers > 0 || result.failedSockets > 0) throw new Error(`${path} failed: ${text}`);
  return result;
}
