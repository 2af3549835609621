import t from 'tap';
import { createRandom } from '../../estimate/random.ts';
import { arrivals, countArrivals } from '../../load/arrivals.ts';
import { median } from '../../report/median.ts';
import { arrivalShapes, shapeArrivals } from '../arrivals-curve.ts';
import { drawPatienceMs, drawThinkMs } from '../patience.ts';
import { drawPersona, type Habits } from '../persona.ts';

const habits: Habits = { patienceSec: 60, dropOffRatio: 0.3, thinkSec: 10, botRatio: 0.2, reloadRatio: 0.1 };
const draw = (count: number, changes: Partial<Habits> = {}, seed = 7) => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => drawPersona({ ...habits, ...changes }, random));
};

t.test('arrivals: every shape brings exactly as many as wanted, within the time', async (t) => {
  for (const shape of arrivalShapes) {
    for (const [visitors, durationMs] of [
      [1, 3000],
      [333, 7000],
      [20_000, 120_000],
      [100_000, 3_600_000],
    ] as const) {
      const curve = shapeArrivals({ shape, visitors, durationMs });
      t.equal(countArrivals(curve), visitors, `${shape} ${visitors}`);
      const times = [...arrivals(curve)];
      t.ok((times.at(-1) ?? 0) <= durationMs);
      t.ok((times[0] ?? -1) >= 0);
    }
  }
});

t.test('arrivals: a spike has most at its start, a ramp most at its end', async (t) => {
  const before = (shape: 'flat' | 'spike' | 'ramp', atMs: number) =>
    [...arrivals(shapeArrivals({ shape, visitors: 1000, durationMs: 200_000 }))].filter((ms) => ms <= atMs).length;
  t.equal(before('spike', 10_000), 600, 'ten seconds at most');
  t.equal(before('flat', 100_000), 500);
  t.equal(before('ramp', 100_000), 250);
});

t.test('persona: the same seed draws the same crowd, and one habit changes nothing else of it', async (t) => {
  t.same(draw(50), draw(50));
  t.not(JSON.stringify(draw(50)), JSON.stringify(draw(50, {}, 8)));
  const [few, many] = [draw(500), draw(500, { dropOffRatio: 0.9 })];
  t.same(
    few.map(({ kind, patienceMs, clickMs }) => [kind, patienceMs, clickMs]),
    many.map(({ kind, patienceMs, clickMs }) => [kind, patienceMs, clickMs]),
  );
});

t.test('persona: shares are as asked for, and bots neither think nor drop off', async (t) => {
  const crowd = draw(20_000);
  const bots = crowd.filter(({ kind }) => kind !== 'person');
  const near = (found: number, wanted: number, what: string) =>
    t.ok(Math.abs(found - wanted) < 0.02, `${what}: ${found}`);
  near(bots.length / crowd.length, 0.2, 'bots');
  near(bots.filter(({ kind }) => kind === 'hammer').length / bots.length, 0.5, 'hammering');
  const people = crowd.filter(({ kind }) => kind === 'person');
  near(people.filter(({ turn }) => turn !== 'confirms').length / people.length, 0.3, 'drop-off');
  near(people.filter(({ turn }) => turn === 'neverClaims').length / people.length, 0.1, 'never enter');
  near(people.filter(({ reloadEveryMs }) => reloadEveryMs < Infinity).length / people.length, 0.1, 'reload');
  t.ok(bots.every(({ turn, thinkMs }) => turn === 'confirms' && thinkMs === 0));
});

t.test('patience: the median is the one asked for; a think time of none is none', async (t) => {
  const random = createRandom(3);
  const patience = Array.from({ length: 20_001 }, () => drawPatienceMs(60, random));
  t.ok(Math.abs(median(patience) - 60_000) < 2_000, String(median(patience)));
  const within = patience.filter((ms) => ms > 30_000 && ms < 120_000).length / patience.length;
  t.ok(within > 0.64 && within < 0.71, `two of three within half and twice: ${within}`);
  t.equal(drawThinkMs(0, random), 0);
});
