import { createLogger } from '@fairline/shared/logger.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLockStore } from '@fairline/shared/stores/line/lock.ts';
import { createManualClock, type ManualClock } from '@fairline/shared/testing/manual-clock.ts';
import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { createLeaderLock } from '../leadership/leader-lock.ts';

const server = await startTestRedis(t, { args: ['--appendonly', 'no'] });
const redis = server.connect();
const keys = eventKeys('default');
const store = createLockStore({ redis, keys });
const logger = createLogger({ room: 'queue-processor', instanceId: 'test', level: 'silent' });
const ttlMs = 60_000;

function createCandidate(clock: ManualClock = createManualClock(), readTtlMs = () => ttlMs) {
  const terms: boolean[] = [];
  const lock = createLeaderLock({ lock: store, clock, logger, readTtlMs, onChange: (leads) => terms.push(leads) });
  return { lock, clock, terms };
}

t.beforeEach(async () => {
  await redis.flushall();
});

t.test('lock: the first leads, the second stands by and leads as soon as the first gives it back', async (t) => {
  const first = createCandidate();
  const second = createCandidate();
  await first.lock.step();
  await second.lock.step();
  t.type(first.lock.token(), 'string');
  t.equal(second.lock.token(), undefined);
  t.equal(await redis.get(keys.lock), first.lock.token());

  t.equal(await first.lock.release(), true);
  t.equal(first.lock.token(), undefined);
  await first.lock.step();
  await second.lock.step();
  t.equal(await redis.get(keys.lock), second.lock.token(), 'the first does not try again');
  t.same(first.terms, [true, false]);
});

t.test('lock: renewed when a third of its life has passed, with the life of the settings then', async (t) => {
  let lifeMs = 6_000;
  const { lock, clock } = createCandidate(createManualClock(), () => lifeMs);
  await lock.step();
  const token = lock.token();
  lifeMs = ttlMs;
  await clock.advance(1_999);
  await lock.step();
  t.ok((await redis.pttl(keys.lock)) <= 6_000);
  await clock.advance(1);
  await lock.step();
  t.ok((await redis.pttl(keys.lock)) > 6_000);
  t.equal(lock.token(), token, 'the term goes on');
});

t.test('lock: a leader that slept too long does not act, and goes on when nobody else led', async (t) => {
  const { lock, clock, terms } = createCandidate();
  await lock.step();
  const token = lock.token();
  await clock.advance(ttlMs);
  t.equal(lock.token(), undefined, 'before Redis was asked');
  await lock.step();
  t.equal(lock.token(), token, 'the lock was still its own');
  t.same(terms, [true]);
});

t.test('lock: a leader that slept too long and was replaced stands by', async (t) => {
  const slept = createCandidate();
  const other = createCandidate();
  await slept.lock.step();
  await slept.clock.advance(ttlMs);
  await redis.del(keys.lock);
  await other.lock.step();
  await slept.lock.step();
  t.equal(slept.lock.token(), undefined);
  t.same(slept.terms, [true, false]);
  await slept.lock.step();
  t.equal(await redis.get(keys.lock), other.lock.token());
});

t.test('lock: a refused token ends its term at once, an older one does not', async (t) => {
  const { lock, terms } = createCandidate();
  await lock.step();
  lock.stepDown('another', 'refused');
  t.type(lock.token(), 'string');
  lock.stepDown(lock.token() ?? '', 'refused');
  t.equal(lock.token(), undefined);
  t.same(terms, [true, false]);
});

t.test('lock: released while the answer to a try is under way, it is given back', async (t) => {
  const { lock } = createCandidate();
  const trying = lock.step();
  await lock.release();
  await trying;
  t.equal(await redis.get(keys.lock), null);
  t.equal(lock.token(), undefined);
});

t.end();
