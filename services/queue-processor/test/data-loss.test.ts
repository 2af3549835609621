import t from 'tap';
import { judgeData } from '../leadership/data-loss.ts';

t.test('data: the first look has nothing to compare with', async (t) => {
  t.same(judgeData(undefined, { runId: 'a', seq: 0 }), { kind: 'same' });
});

t.test('data: a restart that kept everything is told apart from a loss', async (t) => {
  const seen = { runId: 'a', seq: 10 };
  t.same(judgeData(seen, { runId: 'a', seq: 12 }), { kind: 'same' });
  t.same(judgeData(seen, { runId: 'b', seq: 10 }), { kind: 'restarted' });
  t.same(judgeData(seen, { runId: 'b', seq: 7 }), { kind: 'lost', lostChanges: 3 });
  t.same(judgeData(seen, { runId: 'a', seq: 0 }), { kind: 'lost', lostChanges: 10 });
});
