import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { openRoom, until } from './waiting-room-setup.ts';

t.test('Redis away: pages say so to those in line and to others, and all resumes by itself', async (t) => {
  const server = await startTestRedis(t);
  const room = await openRoom(t, server, { settings: { maxBooking: '0' } });
  const inLine = room.openVisitor();
  const stranger = room.openVisitor();
  await inLine.page();
  const before = await inLine.status();
  await server.stop();
  await until(room.isLost, (isLost) => isLost);

  const kept = await inLine.page();
  t.equal(kept.status, 503);
  t.match(kept.headers.get('retry-after'), /^\d+$/);
  t.match(kept.headers.get('refresh'), /^\d+$/);
  t.match(await kept.text(), 'Your place is kept');
  const other = await stranger.page('/ticketing', { 'accept-language': 'ko' });
  t.equal(other.status, 503);
  t.match(await other.text(), '아직 대기 중이 아닙니다');

  t.match(await inLine.status(), { status: 'waiting', number: 1, position: 1 }, 'the last word known');
  const unknown = await stranger.visit('/queue/status');
  t.equal(unknown.status, 503);
  t.match(unknown.headers.get('retry-after'), /^\d+$/);
  t.match(await unknown.json(), { code: 'REDIS_UNAVAILABLE' });
  const apply = await stranger.apply();
  t.equal(apply.status, 503);
  t.match(await apply.json(), { code: 'REDIS_UNAVAILABLE' });
  t.match(await (await inLine.leave()).json(), { code: 'REDIS_UNAVAILABLE' });

  await server.start();
  await until(room.isLost, (isLost) => !isLost);
  t.match(await inLine.status(), { status: 'waiting', number: before.number, position: 1 });
  await until(
    async () => (await stranger.apply()).status,
    (status) => status === 200,
  );
  t.match(await stranger.status(), { status: 'waiting', number: 2, position: 2 });
  await until(
    async () => (await inLine.page()).status,
    (status) => status === 200,
  );
});
