import { readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Redis 7 keeps its append-only data in a folder: a base, increments, and a manifest that lists them. */
const folderName = 'appendonlydir';
const sampleEveryMs = 25;
const keptMs = 3000;

export type FileWatch = {
  stop(): void;
  /**
   * Cuts the end off: what was written in the last `lostMs` before Redis ended, and `moreBytes` of the record before, so that
   * the last one is broken. Returns how many bytes are gone. Call it while Redis is down.
   */
  cut(endedAtMs: number, lostMs: number, moreBytes: number): Promise<number>;
};

/** Notes how the increment grows. */
export function watchAppendOnlyFile(folder: string): FileWatch {
  const sizes: { atMs: number; bytes: number }[] = [];
  let isStopped = false;
  void (async () => {
    while (!isStopped) {
      const file = await findIncrement(folder);
      const bytes = file === undefined ? 0 : (await stat(file).catch(() => undefined))?.size;
      if (bytes !== undefined) sizes.push({ atMs: performance.now(), bytes });
      while (sizes[0] && sizes[0].atMs < performance.now() - keptMs) sizes.shift();
      await sleep(sampleEveryMs);
    }
  })();
  return {
    stop() {
      isStopped = true;
    },
    async cut(endedAtMs, lostMs, moreBytes) {
      const file = await findIncrement(folder);
      if (file === undefined) throw new Error(`no increment of an append-only file in ${folder}`);
      const before = (await stat(file)).size;
      const kept = sizes.findLast(({ atMs }) => atMs <= endedAtMs - lostMs)?.bytes ?? before;
      const after = Math.max(0, kept - moreBytes);
      await truncate(file, after);
      return before - after;
    },
  };
}

/** Everything that Redis wrote, with its manifest. */
export async function removeAppendOnlyFile(folder: string): Promise<void> {
  await rm(join(folder, folderName), { recursive: true, force: true });
}

async function findIncrement(folder: string): Promise<string | undefined> {
  const files = await readdir(join(folder, folderName)).catch(() => []);
  const increments = files.filter((name) => name.endsWith('.incr.aof'));
  const number = (name: string) => Number(/\.(\d+)\.incr/.exec(name)?.[1] ?? 0);
  const last = increments.toSorted((a, b) => number(a) - number(b)).at(-1);
  return last === undefined ? undefined : join(folder, folderName, last);
}
