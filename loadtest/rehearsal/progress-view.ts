import type { CrowdNow } from './crowd.ts';

/** What has been seen, and how much of it since the look before. */
export type ProgressFacts = { now: CrowdNow; requestsPerSec: number; visitors: number; wholeMs: number };

const whole = (value: number) => Math.round(value).toLocaleString('en').replaceAll(',', ' ');
const ms = (value: number) => (value < 10 ? value.toFixed(1) : whole(value));

/** A block of lines for a terminal that can be written over. */
export function renderBlock(facts: ProgressFacts, columns: number): string[] {
  const { now, requestsPerSec, visitors, wholeMs } = facts;
  const cells = [
    `arrived ${whole(now.arrived)} of ${whole(visitors)}`,
    `waiting ${whole(now.waiting)}`,
    `booked ${whole(now.booked)}`,
    `confirmed ${whole(now.confirmed)}`,
    `left ${whole(now.left)}`,
    `errors ${whole(now.errors)}`,
  ];
  const width = Math.max(12, Math.min(40, columns - 20));
  const done = Math.min(width, Math.round((now.elapsedMs / wholeMs) * width));
  return [
    `${clock(now.elapsedMs)}  [${'#'.repeat(done)}${'.'.repeat(width - done)}] at most ${clock(wholeMs)}`,
    cells.slice(0, 3).join('   '),
    cells.slice(3).join('   '),
    `${whole(requestsPerSec)} requests/s   ${describeLatency(now)}   ${describePositions(now)}${describeFindings(now)}`,
  ].map((line) => line.slice(0, Math.max(20, columns - 1)));
}

/** The same in one line, for logs. */
export function renderLine({ now, requestsPerSec }: ProgressFacts): string {
  const counts = `arrived ${now.arrived} waiting ${now.waiting} booked ${now.booked} confirmed ${now.confirmed} left ${now.left}`;
  return `${clock(now.elapsedMs)} ${counts} errors ${now.errors} ${whole(requestsPerSec)} requests/s ${describeLatency(now)} ${describePositions(now)}${describeFindings(now)}`;
}

function describeLatency({ recent: { count, p50Ms, p99Ms } }: CrowdNow): string {
  return count === 0 ? 'p50 – p99 – ms' : `p50 ${ms(p50Ms)} p99 ${ms(p99Ms)} ms`;
}

function describePositions({ positions }: CrowdNow): string {
  return positions ? `positions ${whole(positions.lowest)}–${whole(positions.highest)}` : 'positions –';
}

function describeFindings({ findings }: CrowdNow): string {
  return findings > 0 ? `   BROKEN PROMISES ${findings}` : '';
}

function clock(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
