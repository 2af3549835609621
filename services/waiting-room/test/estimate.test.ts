import t from 'tap';
import { createAdmissionHistory } from '../line/admission-history.ts';
import { estimateWait } from '../status/estimate.ts';

/** A small random generator with a seed, so that a failure can be repeated. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const estimate = (position: number, counts: number[], newBookingsPerMinute = 0) =>
  estimateWait({ position, record: { counts, spanSec: 5 }, newBookingsPerMinute });

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

t.test('history: spans in which the line could not move are left out, the current one too', async (t) => {
  const history = createAdmissionHistory();
  for (let second = 0; second < 30; second++) {
    history.note(2, second * 1000);
    history.tick(second * 1000, second < 10 || second >= 15);
  }
  t.same(history.read(29_000).counts, [10, 10, 10, 10], 'six spans, one on hold, one not over');
  t.same(history.read(1_000_000).counts, [], 'old spans do not count');
});
