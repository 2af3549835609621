import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { json, openRoom } from './waiting-room-setup.ts';

const server = await startTestRedis(t, { args: ['--appendonly', 'no'] });

t.test('quick status: the answer is the same as the usual one, header by header', async (t) => {
  const room = await openRoom(t, server, { settings: { maxBooking: '0', message: 'Türen um 7' } });
  const visitor = room.openVisitor();
  await visitor.apply();
  const quick = await visitor.visit('/queue/status', { headers: json });
  // A query is not what the quick way knows.
  const usual = await visitor.visit('/queue/status?usual', { headers: json });
  const bodyOf = async (response: Response) => {
    const { updatedAt, refreshAfterSeconds, ...rest } = (await response.json()) as Record<string, unknown>;
    return { ...rest, types: [typeof updatedAt, typeof refreshAfterSeconds] };
  };
  t.same(await bodyOf(quick), await bodyOf(usual));
  const headersOf = (response: Response) => {
    const own = new Set(['date', 'x-request-id', 'content-length']);
    return [...response.headers].filter(([name]) => !own.has(name));
  };
  t.same(headersOf(quick), headersOf(usual));
  t.match(quick.headers.get('x-request-id'), /^[0-9a-z-]{16,36}$/);
  t.equal(
    (await visitor.visit('/queue/status', { headers: { 'x-request-id': 'mine' } })).headers.get('x-request-id'),
    'mine',
  );
});

t.test('quick status: without a valid identity a ticket is worth nothing', async (t) => {
  const room = await openRoom(t, server, { settings: { maxBooking: '0' } });
  const visitor = room.openVisitor();
  await visitor.apply();
  const forged = await visitor.visit('/queue/status', { headers: { 'x-fairline-visitor': 'v1.x.y.0.z.1.mac' } });
  t.equal(forged.status, 403);
  const other = room.openVisitor();
  other.setCookie(visitor.cookie());
  t.match(await other.status(), { status: 'none', number: null }, "another visitor's ticket");
});

t.test('quick status: whoever left is told so although the ticket is still there', async (t) => {
  const room = await openRoom(t, server, { settings: { maxBooking: '0' } });
  const visitor = room.openVisitor();
  await visitor.apply();
  const ticket = visitor.cookie();
  await visitor.leave();
  visitor.setCookie(ticket);
  for (let status: unknown; status !== 'left'; ) {
    visitor.setCookie(ticket);
    ({ status } = await visitor.status());
  }
  t.pass('the change reached the copy');
});

t.end();
