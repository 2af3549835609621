import t from 'tap';
import { createAuditStore } from '../../stores/audit/store.ts';
import { startTestRedis } from '../../testing/redis-server.ts';

t.test('audit: the newest first, with the time of Redis', async (t) => {
  const redis = (await startTestRedis(t)).connect();
  const store = createAuditStore({ redis });
  t.same(await store.readLatest(5), []);
  await store.append({
    who: 'kim',
    what: 'settings',
    subject: '',
    before: { maxBooking: '3' },
    after: { maxBooking: '5' },
  });
  const id = await store.append({
    who: 'lee',
    what: 'instance',
    subject: 'b1',
    before: {},
    after: { enabled: 'false' },
  });
  const entries = await store.readLatest(5);
  t.match(entries, [
    {
      id,
      who: 'lee',
      what: 'instance',
      subject: 'b1',
      before: {},
      after: { enabled: 'false' },
      atMs: Number(id.split('-')[0]),
    },
    { who: 'kim', what: 'settings', before: { maxBooking: '3' }, after: { maxBooking: '5' } },
  ]);
  t.equal((await store.readLatest(1)).length, 1);
  const [[, fields] = ['', []]] = await redis.xrange('booking:audit', '-', '+');
  t.match(fields[fields.indexOf('at') + 1], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

t.test('audit: an entry that somebody wrote by hand breaks nothing', async (t) => {
  const redis = (await startTestRedis(t)).connect();
  const store = createAuditStore({ redis });
  await redis.xadd('booking:audit', '*', 'hello', 'world', 'before', '{', 'after', '"text"');
  t.match(await store.readLatest(5), [{ who: '', what: '', before: {}, after: {} }]);
});
