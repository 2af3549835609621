import fc from 'fast-check';
import t from 'tap';
import { judgeFlatness, type Point, summarise, trendSlope } from '../flatness.ts';

const tolerance = { ratio: 0.1, absolute: 5 };
const line = (slope: number, level = 100): Point[] =>
  Array.from({ length: 13 }, (_, index) => [index, level + slope * index] as const);

t.test('flatness: the slope of a straight line is found', async (t) => {
  t.equal(trendSlope(line(3)), 3);
  t.equal(trendSlope(line(0)), 0);
  t.equal(trendSlope([[1, 5]]), 0);
  t.equal(trendSlope([]), 0);
});

t.test('flatness: growth counts over the whole run, against the larger allowance', async (t) => {
  t.match(judgeFlatness(line(0.8), tolerance), { isFlat: true, limit: 10.48 });
  t.match(judgeFlatness(line(2), tolerance), { isFlat: false, growth: 24 });
  t.match(judgeFlatness(line(0.3, 1), tolerance), { isFlat: true, limit: 5 }, 'few of something may vary by a few');
  t.match(judgeFlatness(line(-20), tolerance), { isFlat: true }, 'what falls does not grow');
});

t.test('flatness: too few points are no proof', async (t) => {
  t.match(judgeFlatness(line(0).slice(0, 2), tolerance), { isFlat: false });
  t.match(judgeFlatness([], tolerance), { isFlat: false });
  t.match(
    judgeFlatness(
      line(0).map(([x]) => [x, Number.NaN] as const),
      tolerance,
    ),
    { isFlat: false },
  );
});

t.test('flatness: a leak shows through noise, and noise alone is no leak', async () => {
  const noise = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 13, maxLength: 13 });
  fc.assert(
    fc.property(noise, (offsets) => {
      const noisy = (slope: number) => line(slope).map(([x, y], index) => [x, y + (offsets[index] ?? 0)] as const);
      return judgeFlatness(noisy(0), tolerance).isFlat && !judgeFlatness(noisy(3), tolerance).isFlat;
    }),
    { seed: 1 },
  );
});

t.test('flatness: three wild points of thirteen change nothing', async (t) => {
  const wild = line(0).map(([x, y], index) => [x, index >= 10 ? y * 50 : y] as const);
  t.match(judgeFlatness(wild, tolerance), { isFlat: true, growth: 0 });
});

t.test('flatness: points are put together by stretches', async (t) => {
  const points: Point[] = [
    [0, 1],
    [0.5, 9],
    [1.2, 4],
    [3.9, 7],
  ];
  t.same(
    summarise(points, 1, (values) => Math.min(...values)),
    [
      [0.5, 1],
      [1.5, 4],
      [3.5, 7],
    ],
  );
});
