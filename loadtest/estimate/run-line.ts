import type { Random } from './random.ts';
import type { SaleEvent } from './sale.ts';

export type LineRun = {
  /** Moments at which the next of the line is admitted, seconds, in any order. */
  passes: readonly number[];
  perSec: number;
  /** Share of those waiting who give up in a second. */
  leavePerSec: number;
  hold?: { fromSec: number; toSec: number };
  saleSec: number;
  random: Random;
};

/** Who joins, passes and leaves when the head of the line moves at given moments: a crowd at the start, more all along. */
export function runLine({ passes, perSec, leavePerSec, hold, saleSec, random }: LineRun): { events: SaleEvent[] } {
  const passesAt = new Map<number, number>();
  for (const sec of passes) passesAt.set(Math.floor(sec), (passesAt.get(Math.floor(sec)) ?? 0) + 1);
  const leavesAt = new Map<number, number[]>();
  const hasLeft = new Set<number>();
  const events: SaleEvent[] = [];
  const arrivalsPerSec = perSec * random.between(0.7, 1.2);
  const crowd = Math.ceil(perSec * random.between(600, 1500));
  let tail = 0;
  let head = 0;
  let owed = crowd;

  for (let sec = 0; sec < saleSec; sec++) {
    const atMs = sec * 1000;
    if (hold && sec === Math.ceil(hold.fromSec)) events.push({ atMs, kind: 'hold' });
    if (hold && sec === Math.ceil(hold.toSec)) events.push({ atMs, kind: 'go' });

    const joined: number[] = [];
    for (; owed >= 1; owed--) {
      joined.push(++tail);
      if (leavePerSec === 0) continue;
      const leaveSec = sec + Math.ceil(random.exponential(1 / leavePerSec));
      if (leaveSec < saleSec) leavesAt.set(leaveSec, [...(leavesAt.get(leaveSec) ?? []), tail]);
    }
    owed += arrivalsPerSec;
    if (joined.length > 0) events.push({ atMs, kind: 'joined', numbers: joined });

    const left = (leavesAt.get(sec) ?? []).filter((number) => number > head);
    for (const number of left) hasLeft.add(number);
    if (left.length > 0) events.push({ atMs, kind: 'left', numbers: left });

    const passed: number[] = [];
    for (let free = passesAt.get(sec) ?? 0; free > 0 && head < tail; ) {
      head++;
      if (hasLeft.has(head)) continue;
      passed.push(head);
      free--;
    }
    if (passed.length > 0) events.push({ atMs, kind: 'passed', numbers: passed });
  }
  return { events };
}
