import t from 'tap';
import { type BookedCopy, createBookedCopy } from '../admission/booked-copy.ts';
import { isBookedAfter } from '../admission/booked-follower.ts';

function loaded(ids: string[], seq: number) {
  const copy = createBookedCopy();
  replace(copy, ids, seq);
  return copy;
}
function replace(copy: BookedCopy, ids: string[], seq: number): void {
  const draft = copy.draft(seq);
  draft.add(ids);
  draft.finish();
}
const has = (copy: BookedCopy, id: string) => copy.get(id) !== undefined;

t.test('booked copy: follows admissions and ends in order', async (t) => {
  const copy = loaded(['a'], 10);
  copy.apply(11, ['b', 'c'], true);
  copy.apply(12, ['a', 'b'], false);
  copy.apply(13, ['c'], undefined);
  t.same([has(copy, 'a'), has(copy, 'b'), has(copy, 'c')], [false, false, true]);
  t.equal(copy.seq(), 13);
  t.equal(copy.size(), 1);
});

t.test('booked copy: a change seen before is ignored', async (t) => {
  const copy = loaded(['a'], 10);
  copy.apply(10, ['a'], false);
  copy.apply(3, ['b'], true);
  t.same([has(copy, 'a'), has(copy, 'b')], [true, false]);
});

t.test('booked copy: a hand-over counts at once and older changes do not undo it', async (t) => {
  const copy = loaded([], 5);
  t.ok(copy.noteBooked('a', 10));
  t.ok(has(copy, 'a'));
  copy.apply(7, ['a'], false);
  t.ok(has(copy, 'a'), 'the end of an earlier place');
  copy.apply(10, ['a'], true);
  t.ok(has(copy, 'a'));
  copy.apply(11, ['a'], false);
  t.notOk(has(copy, 'a'));
});

t.test('booked copy: a release counts at once and older changes do not undo it', async (t) => {
  const copy = loaded(['a'], 5);
  t.ok(copy.noteReleased('a', 9));
  t.notOk(has(copy, 'a'));
  copy.apply(8, ['a'], true);
  t.notOk(has(copy, 'a'));
  copy.apply(9, ['a'], false);
  t.notOk(has(copy, 'a'));
  copy.apply(10, ['a'], true);
  t.ok(has(copy, 'a'));
});

t.test('booked copy: a note older than the copy is not believed', async (t) => {
  const copy = loaded([], 10);
  t.notOk(copy.noteBooked('a', 10));
  t.notOk(has(copy, 'a'));
  copy.apply(11, ['a'], true);
  t.notOk(copy.noteReleased('a', 9));
  t.ok(has(copy, 'a'));
});

t.test('booked copy: of two notes the newer counts, in whatever order they come', async (t) => {
  const copy = loaded([], 5);
  copy.noteReleased('a', 12);
  t.notOk(copy.noteBooked('a', 8));
  t.notOk(has(copy, 'a'));
  t.ok(copy.noteBooked('a', 15));
  t.ok(has(copy, 'a'));
});

t.test('booked copy: a reload that began before a hand-over does not lose it', async (t) => {
  const copy = loaded([], 5);
  copy.noteBooked('a', 20);
  replace(copy, ['b'], 15);
  t.ok(has(copy, 'a'));
  t.ok(has(copy, 'b'));
  replace(copy, ['b'], 25);
  t.notOk(has(copy, 'a'), 'the copy knows better now');
});

t.test('booked copy: a counter that went back clears notes of what was lost', async (t) => {
  const copy = loaded([], 100);
  copy.noteBooked('a', 120);
  replace(copy, [], 90);
  t.notOk(has(copy, 'a'));
  copy.apply(91, ['b'], true);
  t.ok(has(copy, 'b'));
});

t.test('booked copy: a place stays the same through reloads and hand-overs, the next one is another', async (t) => {
  const copy = loaded(['a'], 5);
  const place = copy.get('a');
  replace(copy, ['a', 'b'], 6);
  copy.noteBooked('a', 8);
  copy.apply(7, ['a'], true);
  copy.apply(8, ['a'], true);
  t.equal(copy.get('a'), place);
  t.not(copy.get('b'), undefined);
  copy.apply(9, ['a'], false);
  copy.apply(10, ['a'], true);
  t.not(copy.get('a'), place);
  t.not(copy.get('a'), undefined);
});

t.test('booked copy: a handed-over place stays the same once the change has come', async (t) => {
  const copy = loaded([], 5);
  copy.noteBooked('a', 8);
  const place = copy.get('a');
  copy.apply(8, ['a'], true);
  t.equal(copy.get('a'), place);
});

t.test('booked copy: serves as it was while a new one is read, and follows what comes after', async (t) => {
  const copy = loaded(['a'], 5);
  const draft = copy.draft(9);
  draft.add(['b']);
  t.same([has(copy, 'a'), has(copy, 'b'), copy.seq()], [true, false, 5]);
  copy.draft(7).add(['c']);
  draft.finish();
  t.same([has(copy, 'a'), has(copy, 'b'), has(copy, 'c'), copy.seq()], [false, true, false, 9]);
});

t.test('booked copy: a new sale begins with nobody in it', async (t) => {
  const copy = loaded(['a'], 5);
  copy.noteBooked('b', 6);
  copy.clear(7);
  t.equal(copy.get('a') ?? copy.get('b'), undefined);
  t.equal(copy.seq(), 7);
});

t.test('booked copy: each change says where its visitors are afterwards', async (t) => {
  t.same((['admitted', 'claimed'] as const).map(isBookedAfter), [true, true]);
  const ends = ['joined', 'confirmed', 'cancelled', 'left', 'expired', 'revoked', 'aside'] as const;
  t.same(new Set(ends.map(isBookedAfter)), new Set([false]));
  t.equal(isBookedAfter('settings') ?? isBookedAfter('sale'), undefined);
});
