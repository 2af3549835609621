import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** No longer, so that an end in between is noticed. */
const maxSleepMs = 100;
/** A timer of Node counts whole ms and may ring a little late; the last bit is waited for in slices. */
const timerLagMs = 1.5;
const sliceMs = 0.1;
const bell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/**
 * Waits for a part of `aheadMs`, at most all of it; ask again until nothing is left. With timers alone what is due every
 * 0.2 ms goes out five at a time, and the load measures its own bursts. `isFine` comes within about 0.1 ms instead: the
 * thread sleeps a slice, lets its event loop turn, sleeps the next. That takes about a tenth of a core.
 */
export async function waitAhead(aheadMs: number, isFine: boolean): Promise<void> {
  if (!isFine) await sleep(Math.min(maxSleepMs, aheadMs));
  else if (aheadMs > 2 * timerLagMs) await sleep(Math.min(maxSleepMs, aheadMs - timerLagMs));
  else {
    await nextTurn();
    Atomics.wait(bell, 0, 0, Math.min(sliceMs, aheadMs));
  }
}
