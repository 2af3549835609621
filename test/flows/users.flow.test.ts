import { startSystem, until } from '@fairline/shared/testing/system.ts';
import t from 'tap';
import { createVisitor } from './visitor.ts';

t.test('one user a room, by TLS: a visit from the landing page to the order, and Redis refuses nothing', async (t) => {
  const system = await startSystem(t, { redis: 'users', settings: { maxBooking: '1' } });
  const [first, second] = [createVisitor(system.url), createVisitor(system.url)];
  for (const visitor of [first, second]) await visitor.arrive();
  t.match(await first.apply(), { status: 'booked' });
  t.match(await second.apply(), { status: 'waiting', number: 2 });
  t.equal((await first.page('/ticketing')).status, 200);
  t.equal((await first.confirm()).status, 200);
  await until('the second to be admitted', async () => (await second.status()).status === 'booked');
  t.equal((await second.cancel()).status, 200);
  t.same(system.problems, []);
  // The log of what was refused is read when the test ends.
});
