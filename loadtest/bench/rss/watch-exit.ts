import { writeFileSync } from 'node:fs';

/**
 * Loaded by `node --import` before a room's own main: when the room has stopped and is about to exit, writes what is
 * still open to the file that WATCH_EXIT_FILE names. The room itself runs as it always does.
 */
const file = process.env.WATCH_EXIT_FILE;
const exit = process.exit.bind(process);
/** A socket that was closed is gone once the other side has agreed; the Redis client gives it 2 s. */
const settleMs = 2500;

process.exit = (code) => {
  setTimeout(() => {
    // After the turn in which this timer itself is one.
    setImmediate(() => {
      if (file !== undefined) writeFileSync(file, JSON.stringify(process.getActiveResourcesInfo()));
      exit(code);
    });
  }, settleMs);
  // The type says that it never returns; nothing of ours runs after it.
  return undefined as never;
};
