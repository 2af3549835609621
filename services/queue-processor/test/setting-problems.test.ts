import t from 'tap';
import { pickNewProblems, type RefusedValues } from '../admission/setting-problems.ts';

const bad = (value: string) => ({ field: 'maxBooking', value, problem: 'must be a whole number 0–1000000' });

t.test('refused settings: each value is news once, until the field was put right', async (t) => {
  let refused: RefusedValues = new Map();
  const pass = (...problems: ReturnType<typeof bad>[]) => {
    const outcome = pickNewProblems(refused, problems);
    refused = outcome.refused;
    return outcome.news.map((problem) => problem.value);
  };
  t.same(pass(bad('-1')), ['-1']);
  t.same(pass(bad('-1')), []);
  t.same(pass(bad('many')), ['many']);
  t.same(pass(), []);
  t.same(pass(bad('many')), ['many']);
});
