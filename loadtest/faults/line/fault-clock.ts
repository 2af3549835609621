import { execFile } from 'node:child_process';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const libraries = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`);

/** A clock that a process takes for the machine's, and that can be set while it runs. */
export type FaultClock = {
  /** For the process that shall have it. */
  env: Record<string, string>;
  /** Seconds ahead of the machine's clock; negative: behind. */
  set(aheadSec: number): Promise<void>;
};

/** Installs Debian's `libfaketime` when it is missing and may be. */
export async function createFaultClock(folder: string, name: string): Promise<FaultClock> {
  const library = (await findLibrary()) ?? (await install());
  const file = join(folder, `clock-${name}`);
  const set = (aheadSec: number) => writeFile(file, `${aheadSec < 0 ? '' : '+'}${aheadSec}\n`);
  await set(0);
  return {
    set,
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // Wall time alone: that is what an operator or a wrong time server changes.
      DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  };
}

async function findLibrary(): Promise<string | undefined> {
  for (const library of libraries) {
    const isThere = await access(library).then(
      () => true,
      () => false,
    );
    if (isThere) return library;
  }
  return undefined;
}

async function install(): Promise<string> {
  try {
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'libfaketime'], { timeout: 300_000 });
  } catch (cause) {
    throw new Error('libfaketime is missing and cannot be installed: apt-get install libfaketime', { cause });
  }
  const library = await findLibrary();
  if (library === undefined) throw new Error('libfaketime is installed, but not where it is looked for');
  return library;
}
