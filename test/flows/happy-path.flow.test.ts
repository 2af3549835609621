import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import { startSystem, until } from '@fairline/shared/testing/system.ts';
import t from 'tap';
import { createVisitor } from './visitor.ts';

t.test('visit, apply, wait, get admitted, book', async (t) => {
  const system = await startSystem(t, { settings: { maxBooking: '1' } });
  const [first, second] = [createVisitor(system.url), createVisitor(system.url)];

  await first.arrive();
  t.match(await first.apply(), { status: 'booked', position: null });
  t.match((await first.page('/ticketing')).status, 200);
  t.match((await first.ask('/api/booking')).json(), { status: 'booked' });

  const turnedAround = await second.page('/ticketing');
  t.match(turnedAround, { status: 303 }, 'a first visit fetches its cookie');
  const back = await second.page(String(turnedAround.headers.location));
  t.match(back, { status: 303, headers: { location: '/ticketing' } }, 'and returns to the clean address');
  const waiting = await second.page('/ticketing');
  t.equal(waiting.status, 200);
  t.ok(waiting.headers.refresh, 'the waiting page goes on by itself without JavaScript');
  t.match(await second.status(), { status: 'waiting', number: 2, position: 1, waiting: 1 });

  const confirmed = await first.confirm();
  t.equal(confirmed.status, 200);
  const { order } = confirmed.json<{ order: unknown }>();
  t.match(order, { id: /^FL-/ });
  t.match((await first.confirm()).json(), { status: 'confirmed', order }, 'confirming twice gives the same order');
  const admitted = await until('the second to be admitted', async () => {
    const status = await second.status();
    return status.status === 'booked' ? status : undefined;
  });
  t.match(admitted, { status: 'booked', leaseEndsAt: String });
  t.match((await second.page('/ticketing')).status, 200);
  t.match((await second.ask('/api/booking')).json(), { status: 'booked' });
  t.match((await second.cancel()).status, 200);
  t.match(await second.status(), { status: 'left' });
  t.match((await second.confirm()).json(), { statusCode: 409, code: 'PLACE_ENDED' });
  t.match(await second.apply(), { status: 'booked', number: 3 } as Partial<VisitorStatus>);
  t.match(await first.status(), { status: 'confirmed' });
  t.same(system.problems, []);
});

t.test('a settings change is in force everywhere within a second', async (t) => {
  const system = await startSystem(t, { settings: { maxBooking: '0' } });
  const visitor = createVisitor(system.url);
  await visitor.arrive();
  t.match(await visitor.apply(), { status: 'waiting', position: 1 });
  await system.redis.hset(system.keys.settings, 'admissions', 'paused', 'message', '곧 시작합니다');
  const changedAt = performance.now();
  await until('the pause and the message to be told', async () => {
    const status = await visitor.status();
    return status.status === 'paused' && status.message === '곧 시작합니다';
  });
  t.comment(`told after ${Math.round(performance.now() - changedAt)} ms`);
  await system.redis.hset(system.keys.settings, 'admissions', 'open', 'maxBooking', 'many');
  await until('admissions to be open again', async () => (await visitor.status()).status === 'waiting');
  t.match(await system.settings.readGood(), { maxBooking: 0 }, 'a bad value leaves the last good one in force');
  await system.redis.hset(system.keys.settings, 'maxBooking', '1');
  await until('the visitor to be admitted', async () => (await visitor.status()).status === 'booked');
});
