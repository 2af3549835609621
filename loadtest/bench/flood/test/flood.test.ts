import t from 'tap';
import { parseBusyMs, parseEndedChildrenMs } from '../others-share.ts';
import { maxOthersShare, runCalmly } from '../rounds.ts';

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
