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
const leastVisitors = 400_000;
/** The line that all others are compared with. */
const yardstickWaiting = 10_000;
const visitorsPerSlice = 25_000;

/**
 * Redis CPU of a join while a line grows from `waiting` to twice that, and of an admission while it shrinks back: over a
 * doubling, so that the moments at which Redis enlarges a table weigh what they weigh. Short lines are measured many times.
 * A long one is measured slice by slice with a yardstick in between, a line of 10 000 that doubles and shrinks: a machine that
 * is slower for a while is so for both. Each line has a Redis of its own, just started, whose memory grows with it. Places are
 * given back after each slice, since far fewer visitors are in than wait: it is the length of the line that is measured, not
 * the number of places.
 */
export async function measureSizes(t: TestLike, sizes: readonly number[]): Promise<SizeCost[]> {
  const costs: SizeCost[] = [];
  for (const waiting of sizes) {
    const joins = createTally();
    const admissions = createTally();
    const times = Math.max(1, Math.ceil(leastVisitors / waiting));
    const slices = Math.ceil(waiting / visitorsPerSlice);
    const slice = waiting / slices;
    for (let time = 0; time < times; time++) {
      const line = await openLine(t);
      await joinAll(line, 0, waiting, batch);
      for (let done = 0; done < waiting; done += slice) {
        joins.addYardstick((await measureDoubling(t)).joinMs, yardstickWaiting);
        joins.add(await measureCpuMs(line.pid, () => joinAll(line, waiting + done, slice, batch)), slice);
      }
      for (let done = 0; done < waiting; done += slice) {
        admissions.addYardstick((await measureDoubling(t)).admitMs, yardstickWaiting);
        admissions.add(await measureCpuMs(line.pid, () => admit(line, slice)), slice);
        await emptyPlaces(line);
      }
      await close(line);
    }
    const [joinUs, admissionUs] = [joins.us(), admissions.us()];
    costs.push({ waiting, joinUs, admissionUs, joinRatio: joins.ratio(), admissionRatio: admissions.ratio() });
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

/** The yardstick: a line of 10 000 that grows to twice that and shrinks back. */
async function measureDoubling(t: TestLike): Promise<{ joinMs: number; admitMs: number }> {
  const line = await openLine(t);
  await joinAll(line, 0, yardstickWaiting, batch);
  const joinMs = await measureCpuMs(line.pid, () => joinAll(line, yardstickWaiting, yardstickWaiting, batch));
  const admitMs = await measureCpuMs(line.pid, () => admit(line, yardstickWaiting));
  await close(line);
  return { joinMs, admitMs };
}

/** Admits `count` when nobody is in. */
async function admit({ store, redis, keys, token }: LineUnderTest, count: number): Promise<void> {
  await redis.hset(keys.settingsGood, 'maxBooking', count);
  await store.setGate({ token, isOpen: true, reason: 'bench', isMemoryFull: false, dueNumber: 0 });
  for (let admitted = 0; admitted < count; ) {
    const outcome = await store.admit({ token, limit: admitLimit, absentAfterMs: 90_000, dueNumber: 0 });
    if (outcome.kind !== 'done' || outcome.admitted === 0) throw new Error(`nobody was admitted after ${admitted}`);
    admitted += outcome.admitted;
  }
}

async function emptyPlaces({ redis, keys }: LineUnderTest): Promise<void> {
  await redis.del(keys.booked, keys.leases, keys.places);
}

async function close({ server, redis }: LineUnderTest): Promise<void> {
  redis.disconnect();
  await server.stop('SIGKILL');
}
