import t from 'tap';
import { parseBusyMs, parseEndedChildrenMs } from '../others-share.ts';
import { findDisturbance } from '../report.ts';
import { type Cell, maxOthersShare, runCalmly } from '../rounds.ts';

t.test('flood: work of the machine is what is neither idle nor an interrupt', async (t) => {
  t.equal(parseBusyMs('cpu  10 20 30 400 5 6 7 8 9 9\ncpu0 1 1 1 1 1 1 1 1 0 0\n'), 680);
  t.equal(parseBusyMs(''), 0);
});

t.test('flood: children that ended are counted, whatever the name of a process', async (t) => {
  const fields = ['S', ...Array.from({ length: 10 }, () => '0'), '1', '2', '30', '4', '0'];
  t.equal(parseEndedChildrenMs(`12 (node (odd) ) ${fields.join(' ')}`), 340);
});

t.test('flood: a part is measured again while the machine is not calm, and the calmest counts', async (t) => {
  const shares = [0.5, maxOthersShare + 0.01, 0.2];
  t.same(await runCalmly(async () => ({ othersShare: shares.shift() ?? 1, p99Ms: shares.length })), {
    othersShare: maxOthersShare + 0.01,
    p99Ms: 1,
    tries: 3,
  });
  t.same(await runCalmly(async () => ({ othersShare: 0 })), { othersShare: 0, tries: 1 });
});

t.test('flood: rounds of a busy machine are not published', async (t) => {
  const summary = { count: 1, meanMs: 1, p50Ms: 1, p90Ms: 1, p99Ms: 1, p999Ms: 1, maxMs: 1 };
  const cell = (othersShare: number): Cell => ({
    ...{ admitted: summary, admittedFailed: 0, sentLate: summary, junkPerSec: 0, othersShare, tries: 1 },
  });
  const calm = { quiet: cell(0), before: cell(maxOthersShare), after: cell(0.01) };
  t.equal(findDisturbance([calm]), undefined);
  t.match(findDisturbance([calm, { ...calm, after: cell(0.25) }]), /took up to 25 % of the machine, at most 3 %/);
});
