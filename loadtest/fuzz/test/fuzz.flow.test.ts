import t from 'tap';
import { type Kind, kinds } from '../kinds.ts';
import { fuzzKind } from '../run-fuzz.ts';
import { startTraps } from '../traps.ts';
import { startWorld } from '../world.ts';

/**
 * What `npm run fuzz` does with a hundred thousand and any seed, here with few and always the same. Kinds that have to wait for
 * the system's own looks at Redis are left to the long run.
 */
const seed = 20_261_125;
const shares = { cookies: 150, headers: 150, framing: 60, targets: 150, bodies: 120, console: 80, changes: 20 };

t.test('whatever comes from outside: a clear answer, and the system serves the next visitor', async (t) => {
  const [world, traps] = [await startWorld(t), await startTraps(t)];
  for (const [name, inputs] of Object.entries(shares)) {
    const kind = (kinds as readonly Kind[]).find((each) => each.name === name);
    if (!kind) throw new Error(`no kind of input is called ${name}`);
    const { result, findings } = await fuzzKind({ world, traps }, kind, { inputs, seed });
    t.same(findings, [], name);
    t.ok(result.inputs > 0, `${name} were given`);
  }
});
