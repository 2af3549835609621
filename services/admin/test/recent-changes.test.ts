import type { Change } from '@fairline/shared/redis/changes.ts';
import t from 'tap';
import { createRecentChanges } from '../turns/recent-changes.ts';

const change = (atMs: number, ids: readonly string[], type = 'joined') =>
  ({ type, from: null, atMs, visitors: ids.map((id, index) => ({ id, number: index + 1 })) }) as unknown as Change;

t.test('recent changes: those of one visitor, newest first, for five minutes', async (t) => {
  const recent = createRecentChanges();
  recent.note(change(0, ['a', 'b']));
  recent.note(change(1_000, ['a'], 'admitted'));
  recent.note(change(2_000, ['a'], 'left'));
  t.same(
    recent.find('a', 2_000, 10).map(({ type }) => type),
    ['left', 'admitted', 'joined'],
  );
  t.same(
    recent.find('a', 2_000, 2).map(({ type }) => type),
    ['left', 'admitted'],
  );
  t.same(recent.find('a', 301_500, 10).length, 1, 'what is older is not told');
  recent.note(change(303_000, ['b']));
  t.same(recent.find('a', 2_000, 10), [], 'and is forgotten once something newer comes');
  recent.note(change(304_000, [], 'sale'));
  t.same(recent.find('b', 304_000, 10), [], 'a new sale begins anew');
});

t.test('recent changes: no more than so many are kept', async (t) => {
  const recent = createRecentChanges({ maxKept: 3 });
  for (let atMs = 1; atMs <= 10; atMs += 1) recent.note(change(atMs, ['a']));
  t.same(
    recent.find('a', 10, 10).map(({ atMs }) => atMs),
    [10, 9, 8],
  );
});
