import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import { measureCpuMs } from './cpu.ts';
import { joinAll, type LineUnderTest, openLine } from './line-under-test.ts';

export type SizeCost = {
  waiting: number;
  joinUs: number;
  admissionUs: number;
  /** The same by what the yardstick took meanwhile. */
  joinRatio: number;
  admissionRatio: number;
};

const batch = 500;
const admitLimit = 1000;
const leastVisitors = 60_000;
/** The line that all others are compared with. */
const yardstickWaiting = 10_000;
const visitorsPerSlice = 50_000;

/**
 * Redis CPU of a join while a line grows from `waiting` to twice that, and of an admission while it shrinks back: over a
 * doubling, so that the moments at which Redis enlarges a table weigh what they weigh. Short lines are measured many times.
 * A long one is measured slice by slice with a yardstick in between, a line of 10 000 on another Redis that doubles and shrinks
 * again: a machine that is slower for a while is so for both.
 */
export async function measureSizes(t: TestLike, sizes: readonly number[]): Promise<SizeCost[]> {
  const yardstick = await openLine(t);
  const costs: SizeCost[] = [];
  for (const waiting of sizes) {
    const line = await openLine(t);
    const joins = createTally();
    const admissions = createTally();
    const times = Math.max(1, Math.ceil(leastVisitors / waiting));
    const slices = Math.ceil(waiting / visitorsPerSlice);
    const slice = waiting / slices;
    for (let time = 0; time < times; time++) {
      const from = time * 2 * waiting;
      await joinAll(line, from, waiting, batch);
      for (let done = 0; done < waiting; done += slice) {
        joins.addYardstick((await measureDoubling(yardstick, yardstickWaiting)).joinMs, yardstickWaiting);
        joins.add(await measureCpuMs(line.pid, () => joinAll(line, from + waiting + done, slice, batch)), slice);
      }
      for (let done = 0; done < waiting; done += slice) {
        admissions.addYardstick((await measureDoubling(yardstick, yardstickWaiting)).admitMs, yardstickWaiting);
        admissions.add(await measureCpuMs(line.pid, () => admit(line, done, slice)), slice);
      }
      await empty(line);
    }
    const [joinUs, admissionUs] = [joins.us(), admissions.us()];
    costs.push({ waiting, joinUs, admissionUs, joinRatio: joins.ratio(), admissionRatio: admissions.ratio() });
    await line.server.stop('SIGKILL');
  }
  return costs;
}

/** CPU by visitor, of what is measured and of the yardstick beside it. */
function createTally() {
  const own = { ms: 0, visitors: 0 };
  const yardstick = { ms: 0, visitors: 0 };
  const add = (to: typeof own) => (ms: number, visitors: number) => {
    to.ms += ms;
    to.visitors += visitors;
  };
  const us = () => (own.ms * 1000) / own.visitors;
  return {
    add: add(own),
    addYardstick: add(yardstick),
    us,
    ratio: () => us() / ((yardstick.ms * 1000) / yardstick.visitors),
  };
}

/** A line that grows from `waiting` to twice that, shrinks back and is empty again. */
async function measureDoubling(line: LineUnderTest, waiting: number): Promise<{ joinMs: number; admitMs: number }> {
  await joinAll(line, 0, waiting, batch);
  const joinMs = await measureCpuMs(line.pid, () => joinAll(line, waiting, waiting, batch));
  const admitMs = await measureCpuMs(line.pid, () => admit(line, 0, waiting));
  await empty(line);
  return { joinMs, admitMs };
}

/** Admits `count` more, when `booked` were admitted before. */
async function admit({ store, redis, keys, token }: LineUnderTest, booked: number, count: number): Promise<void> {
  await redis.hset(keys.settingsGood, 'maxBooking', booked + count);
  await store.setGate({ token, isOpen: true, reason: 'bench', isMemoryFull: false, dueNumber: 0 });
  for (let admitted = 0; admitted < count; ) {
    const outcome = await store.admit({ token, limit: admitLimit, absentAfterMs: 90_000, dueNumber: 0 });
    if (outcome.kind !== 'done' || outcome.admitted === 0) throw new Error(`nobody was admitted after ${admitted}`);
    admitted += outcome.admitted;
  }
}

async function empty({ redis, keys }: LineUnderTest): Promise<void> {
  const { settings, settingsGood, lock, gate, ...line } = keys;
  await redis.del(...Object.values(line));
  await redis.hset(settingsGood, 'maxBooking', 0);
}
