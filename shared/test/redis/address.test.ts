import t from 'tap';
import { isClusterUrl, parseRedisUrl } from '../../redis/address.ts';

t.test('redis address: one server', async (t) => {
  t.same(parseRedisUrl('redis://127.0.0.1:6379'), { kind: 'one', url: 'redis://127.0.0.1:6379', isTls: false });
  t.match(parseRedisUrl('rediss://user:secret@host:6380/2'), { kind: 'one', isTls: true });
});

t.test('redis address: a cluster by some of its nodes', async (t) => {
  t.same(parseRedisUrl('redis+cluster://one:7000,two,[::1]:7002'), {
    kind: 'cluster',
    nodes: [
      { host: 'one', port: 7000 },
      { host: 'two', port: 6379 },
      { host: '::1', port: 7002 },
    ],
    isTls: false,
    user: {},
  });
  t.match(parseRedisUrl('rediss+cluster://room:p%40ss:word@one:7000'), {
    isTls: true,
    user: { username: 'room', password: 'p@ss:word' },
  });
  t.ok(isClusterUrl('rediss+cluster://one'));
  t.notOk(isClusterUrl('redis+sentinel://one/m'));
});

t.test('redis address: sentinels and the name of the master', async (t) => {
  t.same(parseRedisUrl('redis+sentinel://:secret@one:26380,two/line?sentinelPassword=other'), {
    kind: 'sentinel',
    sentinels: [
      { host: 'one', port: 26_380 },
      { host: 'two', port: 26_379 },
    ],
    masterName: 'line',
    isTls: false,
    user: { password: 'secret' },
    sentinelUser: { password: 'other' },
  });
});

t.test('redis address: what it cannot be is told with all forms, and not shown', async (t) => {
  for (const text of [
    'http://hunter2@host',
    'redis:///hunter2',
    'redis+cluster://hunter2@',
    'redis+cluster://one:7000,/hunter2',
    'redis+cluster://one:99999',
    'redis+cluster://one/1',
    'redis+sentinel://one',
    'redis+sentinel://one/a b',
    'redis+cluster://%zz:hunter2@one',
    'redis+other://hunter2',
    'hunter2',
  ]) {
    const address = parseRedisUrl(text);
    t.equal(address.kind, 'refused', text);
    if (address.kind !== 'refused') continue;
    t.match(address.problem, /redis:\/\/host:6379.*redis\+cluster:.*redis\+sentinel:.*rediss/, text);
    t.notMatch(address.problem, /hunter2/);
  }
});
