import { readFile } from 'node:fs/promises';
import t from 'tap';
import { mutants } from '../mutations/mutants.ts';
import { breakScript, openBench } from '../mutations/run-mutant.ts';

const scripts = new URL('../../../shared/stores/line/scripts/', import.meta.url);

t.test('mutants: each finds the one place that it breaks', async (t) => {
  for (const mutant of mutants) {
    const text = await readFile(new URL(mutant.script, scripts), 'utf8');
    t.not(breakScript(text, mutant), text, `${mutant.script}: ${mutant.name}`);
  }
});

/** A small share of `npm run fault:mutations`: those that break at once. */
const quick = ['counts one joined too few', 'forgets who waits already', 'lifts the numbers by one too few'];

t.test('the checker of histories: scripts as they are keep the laws, broken ones do not', async (t) => {
  const bench = await openBench(t);
  const sound = await bench.run(undefined, 1);
  t.equal(sound.text, '', 'nothing broken');
  t.ok(sound.changes > 50 && sound.answers > 100, 'something happened');
  for (const name of quick) {
    const mutant = mutants.find((each) => each.name === name);
    const { breach, text } = await bench.run(mutant, 1);
    t.ok(breach, name);
    t.comment(text);
  }
});
