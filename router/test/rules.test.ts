import t from 'tap';
import { pickPoolMembers } from '../rules/pool-members.ts';
import { createLiveRuleBook, createRuleBook } from '../rules/rule-book.ts';
import { makeUpstream } from './make-upstreams.ts';

const request = { method: 'GET', path: '/', tier: 'standard' } as const;

t.test('rules: without any, everything is usual', async (t) => {
  const book = createRuleBook('');
  t.same(book.treat(request), { priority: 'normal', pool: undefined });
  t.notOk(book.hasHighPriority);
});

t.test('rules: the first that says something decides it, priority and pool each for itself', async (t) => {
  const book = createRuleBook(`
    POST /api/booking/confirm -> priority high
    GET,HEAD /assets/* -> priority low
    tier suspect -> pool 2, priority low
    tier vip /assets/* -> priority high
    tier vip -> priority high
    /slow -> pool 3
  `);
  t.ok(book.hasHighPriority);
  const rows: [fields: Partial<Parameters<typeof book.treat>[0]>, priority: string, poolSize?: number][] = [
    [{}, 'normal'],
    [{ method: 'POST', path: '/api/booking/confirm' }, 'high'],
    [{ path: '/api/booking/confirm' }, 'normal'],
    [{ method: 'POST', path: '/api/booking/confirm', tier: 'suspect' }, 'high', 2],
    [{ tier: 'suspect' }, 'low', 2],
    [{ tier: 'suspect', path: '/slow' }, 'low', 2],
    [{ path: '/slow' }, 'normal', 3],
    [{ path: '/slower' }, 'normal'],
    [{ path: '/assets/x.css', tier: 'vip' }, 'low'],
    [{ path: '/assets' }, 'normal'],
    [{ path: '/assets/', method: 'HEAD' }, 'low'],
    [{ path: '/', tier: 'vip' }, 'high'],
  ];
  for (const [fields, priority, poolSize] of rows) {
    const treatment = book.treat({ ...request, ...fields });
    t.equal(treatment.priority, priority, JSON.stringify(fields));
    t.equal(treatment.pool?.size, poolSize, JSON.stringify(fields));
  }
});

t.test('rules: the book follows the text, and is made anew only when that changes', async (t) => {
  let text = '';
  const read = createLiveRuleBook(() => text);
  const empty = read();
  t.equal(read(), empty);
  text = 'GET -> priority high';
  t.equal(read().treat(request).priority, 'high');
  t.equal(read(), read());
  text = 'no rule at all';
  t.equal(read().treat(request).priority, 'normal');
});

const upstreams = Array.from({ length: 10 }, (_, index) => makeUpstream(`booking-${index}`));
const ids = (members: readonly { id: string }[]) => members.map(({ id }) => id);

t.test('pool: the same instances whatever their order, and in spite of others coming and going', async (t) => {
  const pool = { size: 3, seed: 'tier suspect' };
  const members = ids(pickPoolMembers(upstreams, pool, 0));
  t.equal(members.length, 3);
  t.same(ids(pickPoolMembers([...upstreams].reverse(), pool, 0)), members);
  const withoutStranger = upstreams.filter(({ id }) => id !== upstreams.find(({ id }) => !members.includes(id))?.id);
  t.same(ids(pickPoolMembers(withoutStranger, pool, 0)), members);
  const withoutMember = upstreams.filter(({ id }) => id !== members[0]);
  t.same(ids(pickPoolMembers(withoutMember, pool, 0)).slice(0, 2), members.slice(1), 'one stand-in, the others stay');
});

t.test('pool: different seeds have different instances, each gets its share of them', async (t) => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 1000; seed += 1) {
    for (const id of ids(pickPoolMembers(upstreams, { size: 2, seed: `tier ${seed}` }, 0))) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  for (const { id } of upstreams) t.ok(Math.abs((counts.get(id) ?? 0) - 200) < 60, `${id}: ${counts.get(id)}`);
});

t.test('pool: an ejected member is stood in for; with nobody healthy the members serve', async (t) => {
  const own = upstreams.map((upstream) => ({ ...upstream, own: { ...upstream.own } }));
  const pool = { size: 2, seed: 's' };
  const members = pickPoolMembers(own, pool, 0);
  for (const member of members) member.own.ejectedUntilMs = 100;
  t.notOk(ids(pickPoolMembers(own, pool, 0)).some((id) => ids(members).includes(id)));
  t.same(ids(pickPoolMembers(own, pool, 100)), ids(members));
  for (const upstream of own) upstream.own.ejectedUntilMs = 200;
  t.same(ids(pickPoolMembers(own, pool, 100)), ids(members));
  t.equal(pickPoolMembers(own.slice(0, 2), { size: 5, seed: 's' }, 0).length, 2);
});
