import t from 'tap';
import { type Kind, kinds } from '../kinds.ts';
import { fuzzKind } from '../run-fuzz.ts';
import { startTraps } from '../traps.ts';
import { startWorld } from '../world.ts';

/** What `npm run fuzz` does with a hundred thousand and any seed, here with few and always the same. */
const seed = 20_261_125;
const shares: Readonly<Record<string, number>> = {
  ...{ cookies: 150, headers: 150, framing: 60, targets: 150, bodies: 120, console: 80 },
  ...{ records: 15, settings: 30, changes: 20, reports: 15, 'wrong-types': 1 },
};

t.test('whatever comes from outside: a clear answer, and the system serves the next visitor', async (t) => {
  const [world, traps] = [await startWorld(t), await startTraps(t)];
  for (const kind of kinds as readonly Kind[]) {
    const { findings } = await fuzzKind({ world, traps }, kind, { inputs: shares[kind.name] ?? 0, seed });
    t.same(findings, [], kind.name);
  }
  t.same(
    Object.keys(shares),
    kinds.map(({ name }) => name),
    'every kind has its share',
  );
});
