import { setTimeout as sleep } from 'node:timers/promises';
import type { LockStore } from '@fairline/shared/stores/line/lock.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';

const tickEveryMs = 10;
/** Numbers behind the head that are asked for signs of life. */
const windowNumbers = 12;
export const absentAfterMs = 250;
const renewEveryTicks = 10;
const tidyEveryTicks = 25;
const most = 50;

export type LeaderOptions = {
  line: LineStore;
  lock: LockStore;
  token: string;
  ttlMs: number;
  signal: AbortSignal;
  /** false: the lock runs out in the middle of the work. */
  renews: boolean;
};

/** Leads as a queue-processor does, until the signal, or until a script refuses the token; then false. Holds the lock before. */
export async function lead({ line, lock, token, ttlMs, signal, renews }: LeaderOptions): Promise<boolean> {
  const windows: { atMs: number; end: number; vipEnd: number }[] = [];
  let cursor = '0';
  for (let tick = 0; !signal.aborted; tick += 1) {
    if (renews && tick % renewEveryTicks === 0 && !(await lock.renew(token, ttlMs))) return false;
    const { head, vip } = await line.readProgress();
    const nowMs = performance.now();
    const window = { atMs: nowMs, end: head + windowNumbers, vipEnd: vip.head + windowNumbers };
    windows.push(window);
    const asked = windows.findLast(({ atMs }) => atMs <= nowMs - absentAfterMs);
    const gate = { token, isOpen: true, reason: 'ready', isMemoryFull: false };
    const admission = {
      ...{ token, limit: most, absentAfterMs },
      dueNumber: asked?.end ?? 0,
      vipDueNumber: asked?.vipEnd ?? 0,
    };
    // All at once, as what a hung leader had on its way arrives among what the next one does.
    const outcomes = await Promise.all([
      line.setGate({ ...gate, dueNumber: window.end, vipDueNumber: window.vipEnd }),
      line.endPlaces({ token, limit: most }),
      line.admit(admission),
    ]);
    if (outcomes.some(({ kind }) => kind === 'notLeader')) return false;
    if (tick % tidyEveryTicks === 0) {
      const trimmed = await line.trim({ token, cursor, limit: 100 });
      if (trimmed.kind === 'done') cursor = trimmed.cursor;
    }
    await sleep(tickEveryMs);
  }
  return true;
}
