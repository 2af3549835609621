import t from 'tap';
import {
  countAdmittedLately,
  decideDueNumber,
  decideWindowEnd,
  maxNoteGapMs,
  noteWindow,
  type WindowNote,
} from '../admission/due-window.ts';

const absentAfterMs = 90_000;

function noteEverySecond(seconds: number, windowEndAt: (second: number) => number): readonly WindowNote[] {
  let history: readonly WindowNote[] = [];
  for (let second = 0; second <= seconds; second++) {
    history = noteWindow(
      history,
      { atMs: second * 1000, windowEnd: windowEndAt(second), admitted: second * 2 },
      absentAfterMs,
    );
  }
  return history;
}

t.test('due window: twice the places, at most 20 000 numbers, at least the next in line', async (t) => {
  t.equal(decideWindowEnd({ head: 100, maxBooking: 50, newBookingsPerMinute: 0, admittedLately: 0 }), 200);
  t.equal(decideWindowEnd({ head: 0, maxBooking: 1_000_000, newBookingsPerMinute: 0, admittedLately: 0 }), 20_000);
  t.equal(decideWindowEnd({ head: 7, maxBooking: 0, newBookingsPerMinute: 0, admittedLately: 0 }), 9);
});

t.test('due window: a pace lets fewer places free in 90 s', async (t) => {
  t.equal(decideWindowEnd({ head: 0, maxBooking: 1000, newBookingsPerMinute: 20, admittedLately: 500 }), 60);
});

t.test('due window: places that freed many times lately widen it', async (t) => {
  const history = noteEverySecond(120, () => 10);
  const admittedLately = countAdmittedLately(history, 120_000, 240);
  t.equal(admittedLately, 180);
  t.equal(decideWindowEnd({ head: 0, maxBooking: 50, newBookingsPerMinute: 0, admittedLately }), 360);
  t.equal(countAdmittedLately([], 0, 240), 0, 'unknown before the first note');
});

t.test('due number: nobody is due before the time has passed', async (t) => {
  t.equal(decideDueNumber([], 0, absentAfterMs), 0);
  const history = noteEverySecond(89, () => 10);
  t.equal(decideDueNumber(history, 89_000, absentAfterMs), 0);
});

t.test('due number: the end of the window as it was 90 s ago', async (t) => {
  const history = noteEverySecond(120, (second) => 10 + second);
  t.equal(decideDueNumber(history, 120_000, absentAfterMs), 40);
  t.ok(history.length <= 93, 'what cannot matter any more is dropped');
});

t.test('due number: a number that was out of the window for a moment has to wait again', async (t) => {
  const history = noteEverySecond(120, (second) => (second === 60 ? 5 : 10));
  t.equal(decideDueNumber(history, 120_000, absentAfterMs), 5);
});

t.test('due number: frequent notes are folded, the lower end counts', async (t) => {
  let history: readonly WindowNote[] = [];
  for (let atMs = 0; atMs <= 100_000; atMs += 100) {
    history = noteWindow(history, { atMs, windowEnd: atMs === 50_000 ? 3 : 10, admitted: 0 }, absentAfterMs);
  }
  t.ok(history.length <= 110);
  t.equal(decideDueNumber(history, 100_000, absentAfterMs), 3);
});

t.test('due number: a gap in the notes starts anew', async (t) => {
  const before = noteEverySecond(100, () => 10);
  const history = noteWindow(before, { atMs: 100_001 + maxNoteGapMs, windowEnd: 10, admitted: 0 }, absentAfterMs);
  t.equal(history.length, 1);
  t.equal(decideDueNumber(history, 100_001 + maxNoteGapMs, absentAfterMs), 0);
});
