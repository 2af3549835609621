import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Cell } from './cells.ts';
import { cookieBytes } from './visitors.ts';

export type LoadResult = {
  requests: number;
  durationUs: number;
  bytes: number;
  p50Us: number;
  p99Us: number;
  /** Connections that failed, timed out or broke. */
  failedSockets: number;
  /** Answers of status 400 and above. */
  failedAnswers: number;
};

export type LoadOptions = {
  port: number;
  cell: Cell;
  cookieFile: string;
  /** Of the visitors drawn at random; with `from` they come in turn, this one first. */
  seed: number;
  from?: number;
  seconds: number;
  cores: string;
};

const run = promisify(execFile);
const script = fileURLToPath(new URL('./load.lua', import.meta.url));

/** One closed-loop load by wrk: every connection sends its next request when it has its answer. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { port, cell, cookieFile, seed, from = -1, seconds, cores } = options;
  const { connections, visitors, method, path, requestBytes } = cell;
  const host = `127.0.0.1:${port}`;
  const words = [
    ...['wrk', '--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`],
    ...['--timeout', '10s', '--script', script, `http://${host}${path}`, '--'],
    ...[
      cookieFile,
      String(cookieBytes),
      String(visitors),
      String(seed),
      method,
      host,
      path,
      String(requestBytes),
      String(from),
    ],
  ];
  const pinned = cores === '' ? words : ['taskset', '-c', cores, ...words];
  const { stdout } = await run(pinned[0] ?? 'wrk', pinned.slice(1), { timeout: (seconds + 60) * 1000 });
  const result = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (!result) throw new Error(`wrk said nothing of its result: ${stdout}`);
  return JSON.parse(result) as LoadResult;
}
