import t from 'tap';
import { createJoins } from '../../traffic/joins.ts';
import { createSharedCookies } from '../../traffic/shared-cookies.ts';
import { createTally } from '../../traffic/tally.ts';

t.test('tally: the largest are told, and too many names are no burden', async (t) => {
  const tally = createTally(3);
  for (const name of ['a', 'b', 'b', 'c', 'd', 'c', 'c']) tally.add(name);
  t.same(tally.takeLargest(2), [
    ['c', 3],
    ['b', 2],
  ]);
  t.same(tally.takeLargest(2), []);
  tally.add('a', 4);
  tally.add('b', 5);
  t.same(tally.takeLargest(9, 5), [['b', 5]]);
});

t.test('joins: those of a network over its quota are named, for as long as it is', async (t) => {
  let nowMs = 0;
  const joins = createJoins({ nowMs: () => nowMs });
  joins.noteWish('v', 'net');
  t.equal(joins.noteJoined('v'), undefined);
  t.equal(joins.noteJoined('elsewhere'), undefined);
  t.same(joins.takeCounts(10), [['net', 1]]);
  joins.noteOverQuota('net');
  t.equal(joins.noteJoined('v'), 'net');
  nowMs = 60_000;
  t.equal(joins.noteJoined('v'), undefined);
});

t.test('shared cookies: too many requests at once are noticed once, and where they come from is told', async (t) => {
  let nowMs = 0;
  const noticed: [string, number][] = [];
  const cookies = createSharedCookies({
    maxInFlight: 2,
    addressWindowMs: 1000,
    onManyInFlight: (visitorId, count) => noticed.push([visitorId, count]),
    nowMs: () => nowMs,
  });
  for (let request = 0; request < 4; request += 1) cookies.begin('v', 'one');
  cookies.begin('w', 'one');
  t.same(noticed, [['v', 3]]);
  for (let request = 0; request < 4; request += 1) cookies.end('v');
  cookies.begin('v', 'two');
  t.same(noticed.length, 1);
  t.same(cookies.takePlaces(), [
    { visitorId: 'v', network: 'one' },
    { visitorId: 'w', network: 'one' },
    { visitorId: 'v', network: 'two' },
  ]);
  cookies.begin('v', 'two');
  t.same(cookies.takePlaces(), []);
  nowMs = 500;
  cookies.begin('v', 'two');
  t.equal(cookies.takePlaces().length, 1, 'told again before it is forgotten');
});
