import t from 'tap';
import { noTails, noteTail, readWaitedMs } from '../watch/waited.ts';

t.test('waited: since the number of whoever left the head last was drawn', async (t) => {
  let history = noTails;
  for (const [atMs, tail] of [
    [1000, 0],
    [2000, 10],
    [3000, 10],
    [4000, 30],
  ] as const) {
    history = noteTail(history, { atMs, tail });
  }
  t.equal(history.notes.length, 3, 'nobody drew a number in the third second');
  const waited = (head: number, nowMs: number, tail = 30) => readWaitedMs(history, { head, tail, nowMs });
  t.equal(waited(5, 9000), 7000);
  t.equal(waited(10, 9000), 7000);
  t.equal(waited(11, 9000), 5000);
  t.equal(waited(30, 9000), 0, 'nobody waits');
  t.equal(waited(0, 9000), undefined, 'nobody was admitted yet');
  t.equal(
    readWaitedMs({ notes: [{ atMs: 0, tail: 50 }], stepMs: 0 }, { head: 40, tail: 60, nowMs: 9000 }),
    undefined,
    'drawn before',
  );
});

t.test('waited: memory is bounded, and a new sale begins anew', async (t) => {
  let history = noTails;
  for (let second = 0; second < 100_000; second += 1)
    history = noteTail(history, { atMs: second * 1000, tail: second + 1 });
  t.ok(history.notes.length <= 4096);
  const waited = readWaitedMs(history, { head: 50_000, tail: 100_000, nowMs: 100_000_000 }) ?? 0;
  t.ok(Math.abs(waited - 50_000_000) <= 64_000, String(waited));
  t.same(noteTail(history, { atMs: 1e9, tail: 1 }).notes, [{ atMs: 1e9, tail: 1 }]);
});
