import t from 'tap';
import { createAdmissionHistory } from '../line/admission-history.ts';
import { estimateWait } from '../status/estimate.ts';
import { decidePace } from '../status/pace.ts';

/** A small random generator with a seed, so that a failure can be repeated. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const paceOf = (counts: number[], { left = 0, waiting = 1000 } = {}) =>
  decidePace({ spans: counts.map((passed) => ({ passed, left, waiting })), spanSec: 5 });

const estimate = (position: number, counts: number[], newBookingsPerMinute = 0) => {
  const pace = paceOf(counts);
  return pace && estimateWait({ position, pace, newBookingsPerMinute });
};

t.test('estimate: nothing is said without enough history', async (t) => {
  t.equal(estimate(5, []), null);
  t.equal(estimate(5, [3, 3]), null, 'ten seconds are no history');
  t.equal(estimate(5, [0, 0, 0, 0, 0, 0, 0]), null, 'nobody was admitted');
  t.equal(estimate(5, [0, 0, 0, 0, 0, 0, 1]), null, 'one admission is no rate');
});

t.test('estimate: a steady line gives a narrow range around the true wait', async (t) => {
  const range = estimate(600, Array(60).fill(10));
  t.ok(range && range.low <= 300 && range.high >= 300);
  t.ok(range && range.high - range.low < 90);
});

t.test('estimate: an uneven line gives a wider range', async (t) => {
  const even = estimate(600, Array(60).fill(10));
  const bursts = estimate(
    600,
    Array.from({ length: 60 }, (_, index) => (index % 12 === 0 ? 120 : 0)),
  );
  t.ok(even && bursts && bursts.high - bursts.low > even.high - even.low);
});

t.test('estimate: a limit by the operator bounds the wait from below', async (t) => {
  const range = estimate(600, Array(60).fill(10), 60);
  t.ok(range && range.low >= 590, 'one a second from now on, whatever was seen before');
});

t.test('estimate: the range is ordered, whole and never negative', async (t) => {
  const random = createRandom(7);
  for (let run = 0; run < 500; run++) {
    const counts = Array.from({ length: 1 + Math.floor(random() * 60) }, () => Math.floor(random() * random() * 50));
    const position = 1 + Math.floor(random() ** 4 * 1_000_000);
    const range = estimate(position, counts, random() < 0.3 ? Math.floor(random() * 1000) : 0);
    if (range === null) continue;
    t.ok(range.low >= 0 && range.high > range.low && Number.isInteger(range.low) && Number.isInteger(range.high));
  }
});

t.test('estimate: the true wait of a steady line lies in the range at least eight times in ten', async (t) => {
  const random = createRandom(42);
  /** Admissions at random moments, `perSec` on average. */
  const drawGapSec = (perSec: number) => -Math.log(1 - random()) / perSec;
  let inside = 0;
  let told = 0;
  for (let run = 0; run < 400; run++) {
    const perSec = 0.2 + random() * 5;
    const counts: number[] = Array(60).fill(0);
    for (let at = drawGapSec(perSec); at < 300; at += drawGapSec(perSec)) {
      counts[Math.floor(at / 5)] = (counts[Math.floor(at / 5)] ?? 0) + 1;
    }
    const position = 20 + Math.floor(random() * 500);
    let waitSec = 0;
    for (let count = 0; count < position; count++) waitSec += drawGapSec(perSec);
    const range = estimate(position, counts);
    if (!range) continue;
    told++;
    if (waitSec >= range.low && waitSec <= range.high) inside++;
  }
  t.ok(told > 390);
  t.ok(inside / told >= 0.8, `${inside} of ${told}`);
});

t.test('estimate: those who leave ahead make the wait shorter', async (t) => {
  const staying = paceOf(Array(60).fill(10));
  const leaving = paceOf(Array(60).fill(10), { left: 5 });
  const ask = (pace: typeof staying) => pace && estimateWait({ position: 1000, pace, newBookingsPerMinute: 0 });
  const [long, short] = [ask(staying), ask(leaving)];
  t.ok(long && short && short.high < long.high && short.low < long.low);
  // 2 pass in a second and one in a thousand leaves: 1000 are gone when e^(t/1000) = 1 + 1000 x 0.001 / 2.
  t.ok(short && short.low <= 405 && short.high >= 405);
});

t.test('pace: what was before a clear change does not count', async (t) => {
  const faster = paceOf([...Array(60).fill(4), ...Array(12).fill(12)]);
  t.match(faster, { perSec: 12 / 5, knownSec: 60 });
  const slower = paceOf([...Array(60).fill(12), ...Array(12).fill(4)]);
  t.match(slower, { perSec: 4 / 5, knownSec: 60 });
});

t.test('pace: nothing is known while a line that moved stands still, and soon after it moves again', async (t) => {
  t.equal(paceOf([...Array(60).fill(10), ...Array(6).fill(0)]), null);
  t.match(paceOf([...Array(60).fill(10), ...Array(12).fill(0), ...Array(6).fill(10)]), { perSec: 2 });
});

t.test('pace: a slow line that stands still between two admissions is not stopped', async (t) => {
  const onceAMinute = Array.from({ length: 60 }, (_, index) => (index % 12 === 0 ? 1 : 0));
  t.ok(paceOf(onceAMinute));
});

t.test('pace: places added at one moment are no pace', async (t) => {
  const pace = paceOf([...Array(30).fill(10), 500, ...Array(30).fill(10)]);
  t.match(pace, { perSec: 2 });
});

t.test('history: spans in which the line could not move are left out, the current one too', async (t) => {
  const history = createAdmissionHistory();
  for (let second = 0; second < 30; second++) {
    history.note({ passed: 2, left: 1 }, second * 1000);
    history.tick(second * 1000, second < 10 || second >= 15, 100 - second);
  }
  const { spans } = history.read(29_000);
  t.same(
    spans.map((span) => span.passed),
    [10, 10, 10, 10],
    'six spans, one on hold, one not over',
  );
  t.same(spans.at(-1), { passed: 10, left: 5, waiting: 76 });
  t.same(history.read(1_000_000).spans, [], 'old spans do not count');
});

t.test('history: what comes late counts in the span it belongs to', async (t) => {
  const history = createAdmissionHistory();
  for (let second = 0; second < 12; second++) history.tick(second * 1000, true, 5);
  t.equal(history.read(11_000).spans[0]?.passed, 0);
  history.note({ passed: 3, left: 0 }, 1000);
  t.equal(history.read(11_000).spans[0]?.passed, 3);
  t.equal(history.read(11_500), history.read(11_900), 'the same object while nothing is new');
});
