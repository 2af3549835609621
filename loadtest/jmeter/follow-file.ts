import { open } from 'node:fs/promises';
import { systemClock } from '@fairline/shared/clock.ts';

const everyMs = 500;

/** Hands on every line of a file that is being written, and of one that is not there yet. `stop` reads what is left first. */
export function followFile(path: string, onLine: (line: string) => void) {
  const stopping = new AbortController();
  async function run(): Promise<void> {
    let rest = '';
    let position = 0;
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(1 << 20);
    const readOn = async () => {
      const file = await open(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (!file) return;
      try {
        for (;;) {
          const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
          if (bytesRead === 0) return;
          position += bytesRead;
          const lines = (rest + decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
        }
      } finally {
        await file.close();
      }
    };
    while (!stopping.signal.aborted) {
      await readOn();
      await systemClock.sleep(everyMs, stopping.signal);
    }
    await readOn();
  }
  const done = run();
  done.catch(() => {});
  return {
    stop(): Promise<void> {
      stopping.abort();
      return done;
    },
  };
}
