import fc from 'fast-check';
import t from 'tap';
import { countChanges, countTurns, rule, simulate, tickMs } from './scaling-simulation.ts';

const minute = 60_000;
/** Instances that keep a load of requests in hand at the target. */
const enoughFor = (requests: number) => Math.ceil(requests / (100 * rule.targetRatio));

t.test('scaling: a steady load changes nothing once it fits, whatever its height', async (t) => {
  for (let offered = 0; offered <= 1100; offered += 20) {
    const ticks = simulate({ offered: () => offered, durationMs: 20 * minute });
    const settled = ticks.slice(30);
    t.equal(countChanges(settled), 0, `${offered} in hand`);
    t.ok((settled[0]?.desired ?? 0) * 100 * rule.targetRatio * 1.1 >= offered, `${offered} in hand are carried`);
  }
});

t.test(
  'scaling: looks that differ by a quarter at a steady load add at most one instance, and never turn back',
  async (t) => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const offered = 100 + seed * 22;
      const ticks = simulate({ offered: () => offered, durationMs: 30 * minute, noise: 0.25, seed }).slice(30);
      t.ok(countTurns(ticks) === 0, `no turn at ${offered}`);
      t.ok(countChanges(ticks) <= 1, `at most one change at ${offered}`);
    }
  },
);

t.test('scaling: a ramp is followed up and down, one turn, nobody refused', async (t) => {
  const offered = (atMs: number) =>
    atMs < 10 * minute ? 60 + atMs / 600 : Math.max(60, 1060 - (atMs - 10 * minute) / 600);
  const ticks = simulate({ offered, durationMs: 30 * minute, noise: 0.1 });
  t.equal(countTurns(ticks), 1);
  t.equal(
    ticks.reduce((sum, { unserved }) => sum + unserved, 0),
    0,
  );
  const top = Math.max(...ticks.map(({ desired }) => desired));
  t.ok(top >= enoughFor(1060) - 2 && top <= enoughFor(1060 * 1.1), `${top} at the top`);
  t.equal(ticks.at(-1)?.desired, 2, 'and back to the least');
});

t.test('scaling: a spike of eight times the load is carried within 10 ticks, and let go slowly', async (t) => {
  const offered = (atMs: number) => (atMs >= 2 * minute && atMs < 5 * minute ? 960 : 120);
  const ticks = simulate({ offered, durationMs: 20 * minute });
  const from = (2 * minute) / tickMs;
  const carried = ticks.findIndex(({ running }, index) => index >= from && running * 100 >= 960);
  t.ok(carried - from <= 10, `running after ${carried - from} ticks of 2 s`);
  t.equal(countTurns(ticks), 1);
  const firstLeave = ticks.findIndex(({ desired, before }) => desired < before);
  t.ok((ticks[firstLeave]?.atMs ?? 0) >= 5 * minute - tickMs + rule.inAfterMs, 'the cool-down is kept');
  t.ok(
    ticks.every(({ desired, before }) => desired >= before - 1),
    'one at a time',
  );
  t.equal(ticks.at(-1)?.desired, 3, 'back to what 120 need: two at 60 % would be over the tolerance below');
});

t.test('scaling: a sawtooth faster than the cool-down is carried at its top without a turn', async (t) => {
  for (const periodMs of [10_000, 30_000, minute, 110_000]) {
    const offered = (atMs: number) => 100 + 700 * ((atMs % periodMs) / periodMs);
    const ticks = simulate({ offered, durationMs: 20 * minute, noise: 0.05 });
    t.ok(countTurns(ticks) === 0, `period ${periodMs / 1000} s: no turn`);
  }
});

t.test('scaling: a slow sawtooth turns twice a period, no more', async (t) => {
  const periodMs = 12 * minute;
  const offered = (atMs: number) => (atMs % periodMs < periodMs / 2 ? 150 : 800);
  const ticks = simulate({ offered, durationMs: 5 * periodMs, noise: 0.05 });
  t.ok(countTurns(ticks) <= 10 && countTurns(ticks) >= 8, `${countTurns(ticks)} turns in 5 periods`);
});

t.test('scaling: never outside the bounds, never flapping, whatever the load does', async () => {
  const stretch = fc.record({ forTicks: fc.integer({ min: 1, max: 90 }), offered: fc.integer({ min: 0, max: 4000 }) });
  fc.assert(
    fc.property(
      fc.array(stretch, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 16 }),
      (stretches, min, above) => {
        const steps = stretches.flatMap(({ forTicks, offered }) => Array.from({ length: forTicks }, () => offered));
        const bounds = { min, max: min + above };
        const offered = (atMs: number) => steps[Math.floor(atMs / tickMs)] ?? 0;
        const ticks = simulate({ offered, durationMs: (steps.length - 1) * tickMs, bounds, noise: 0.1 });
        const isWithin = ticks.every(({ desired }) => desired >= bounds.min && desired <= bounds.max);
        // Shrinking needs a whole cool-down without need: so many turns fit into the time, and not one more.
        const most = 2 * Math.ceil((steps.length * tickMs) / rule.inAfterMs);
        return isWithin && countTurns(ticks) <= most;
      },
    ),
    { numRuns: 200 },
  );
});
