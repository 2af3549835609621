import t from 'tap';
import { createTierCopy } from '../admission/tier-copy.ts';

t.test('tiers: standard unless something else is known', async (t) => {
  const tiers = createTierCopy();
  t.equal(tiers.get(undefined), 'standard');
  t.equal(tiers.get('a'), 'standard');
  tiers.replace([
    ['a', 'vip'],
    ['b', 'suspect'],
    ['c', 'standard'],
  ]);
  t.same(['a', 'b', 'c', 'd'].map(tiers.get), ['vip', 'suspect', 'standard', 'standard']);
  t.equal(tiers.size(), 2, 'what is usual takes no memory');
  tiers.set('a', 'standard');
  tiers.set('d', 'suspect');
  t.same(['a', 'b', 'd'].map(tiers.get), ['standard', 'suspect', 'suspect']);
  tiers.replace([]);
  t.equal(tiers.get('b'), 'standard');
});

t.test('tiers: the copy is bounded, those it has can still change', async (t) => {
  const tiers = createTierCopy({ maxVisitors: 2 });
  for (const id of ['a', 'b', 'c']) tiers.set(id, 'suspect');
  t.same(['a', 'b', 'c'].map(tiers.get), ['suspect', 'suspect', 'standard']);
  tiers.set('a', 'vip');
  tiers.set('b', 'standard');
  tiers.set('c', 'suspect');
  t.same(['a', 'b', 'c'].map(tiers.get), ['vip', 'standard', 'suspect']);
});
