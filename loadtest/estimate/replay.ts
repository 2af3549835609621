import { createAdmissionHistory } from '../../services/waiting-room/line/admission-history.ts';
import { createGoneBits } from '../../services/waiting-room/line/gone-bits.ts';
import { estimateWait } from '../../services/waiting-room/status/estimate.ts';
import { decidePace } from '../../services/waiting-room/status/pace.ts';
import type { Random } from './random.ts';
import type { MoveEvent, Sale, SaleEvent } from './sale.ts';

const tickMs = 1000;
const askEveryMs = 15_000;
const askedAtOnce = 6;
/** Shorter waits are left out: nobody plans by them. */
export const leastWaitSec = 30;

/** What one visitor was told at one moment, and what came true. */
export type Ask = { atMs: number; waitSec: number; told: { low: number; high: number } | null };

/** Plays a sale to the parts of a waiting-room and asks all along for visitors everywhere in the line. */
export function replay(sale: Sale, random: Random): Ask[] {
  const history = createAdmissionHistory();
  const gone = createGoneBits();
  const passedAtMs = new Map<number, number>();
  for (const event of sale.events) {
    if (event.kind === 'passed') for (const number of event.numbers) passedAtMs.set(number, event.atMs);
  }
  const asks: Ask[] = [];
  let head = 0;
  let tail = 0;
  let waiting = 0;
  let isOnHold = false;

  function take(event: SaleEvent): void {
    if ('numbers' in event) move(event);
    else isOnHold = event.kind === 'hold';
  }

  function move(event: MoveEvent): void {
    const count = event.numbers.length;
    const highest = event.numbers.reduce((most, number) => Math.max(most, number), 0);
    tail = Math.max(tail, highest);
    waiting += event.kind === 'joined' ? count : -count;
    if (event.kind === 'passed') {
      head = Math.max(head, highest);
      history.note({ passed: count, left: 0 }, event.atMs);
    }
    if (event.kind === 'left') {
      for (const number of event.numbers) gone.set(number);
      history.note({ passed: 0, left: count }, event.atMs);
    }
  }

  function ask(atMs: number): void {
    if (isOnHold || tail - head < 1) return;
    const pace = decidePace(history.read(atMs));
    for (let count = 0; count < askedAtOnce; count++) {
      const number = head + Math.ceil(random.uniform() * (tail - head));
      const endMs = passedAtMs.get(number);
      if (endMs === undefined || gone.has(number) || endMs - atMs < leastWaitSec * 1000) continue;
      const position = number - head - gone.countBetween(head, number);
      const told = pace && estimateWait({ position, pace, newBookingsPerMinute: sale.newBookingsPerMinute });
      asks.push({ atMs, waitSec: (endMs - atMs) / 1000, told });
    }
  }

  const lastMs = sale.events.at(-1)?.atMs ?? 0;
  let next = 0;
  for (let atMs = 0; atMs <= lastMs; atMs += tickMs) {
    for (; (sale.events[next]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs; next++) take(sale.events[next] as SaleEvent);
    history.tick(atMs, waiting > 0 && !isOnHold, waiting);
    if (atMs % askEveryMs === 0) ask(atMs);
  }
  return asks;
}
