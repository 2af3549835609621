import t from 'tap';
import type { HistoryRecord } from '../history/records.ts';
import { judgeRecovery } from '../line/judge-recovery.ts';
import { planMixed } from '../line/mixed-plan.ts';
import { countCodes, sumCodes } from '../line/what-visitors-saw.ts';

const ask = (call: number, atMs: number, visitor = 'v'): HistoryRecord => ({
  kind: 'asked',
  call,
  atMs,
  visitor,
  what: 'join',
});
const answer = (call: number, atMs: number, code: number, status?: string): HistoryRecord => ({
  kind: 'answered',
  ...{ call, atMs, code, ...(status === undefined ? {} : { status }) },
});
const admit = (seq: number, atMs: number): HistoryRecord => ({
  kind: 'change',
  ...{ streamId: `${atMs}-0`, seq, type: 'admitted', from: 'line', visitors: [['v', seq]] as const, atMs },
});
const fault = (phase: 'begin' | 'end', atMs: number): HistoryRecord => ({ kind: 'fault', name: 'f', phase, atMs });

t.test('recovery: counts from the end of the last fault to what was asked for after it', async (t) => {
  const history = [
    { kind: 'run', name: 'r', seed: 1, atMs: 0, staleMs: null } as const,
    ask(1, 500),
    answer(1, 510, 200, 'waiting'),
    fault('begin', 1000),
    ask(2, 1900),
    fault('end', 2000),
    answer(2, 2050, 200, 'waiting'),
    ask(3, 2100),
    answer(3, 2110, 503),
    admit(1, 2300),
    ask(4, 2400),
    answer(4, 2460, 200, 'booked'),
  ];
  t.match(judgeRecovery(history), { joinMs: 460, admissionMs: 300, joinPauseMs: 1050, admissionPauseMs: 1300 });
  t.match(judgeRecovery(history.slice(0, 9)), { joinMs: undefined, admissionMs: undefined });
});

t.test('what visitors saw: answers by second and kind, without those of operators', async (t) => {
  const history = [
    ...[{ kind: 'run', name: 'r', seed: 1, atMs: 0, staleMs: null } as const, ask(1, 0), ask(2, 0), ask(3, 0, '')],
    ...[answer(1, 900, 200), answer(2, 2100, 0), answer(3, 2200, 200)],
  ];
  const seconds = countCodes(history);
  t.equal(seconds.length, 3);
  t.match(seconds[0]?.counts, { '2xx': 1, 'no answer': 0 });
  t.match(sumCodes(seconds), { '2xx': 1, 'no answer': 1 });
});

t.test('mixed runs: a seed stands for one plan, and no plan takes away who must tell of a loss', async (t) => {
  const names = (seed: number) =>
    planMixed(seed).map((lane) => lane.map(({ fault: { id }, afterMs }) => [id, afterMs]));
  t.same(names(7), names(7));
  t.notSame(names(7), names(8));
  for (let seed = 0; seed < 300; seed += 1) {
    const ids = planMixed(seed)
      .flat()
      .map(({ fault: { id } }) => id);
    if (!ids.includes('file-cut')) continue;
    t.notOk(
      ids.some((id) => ['kill-waiting-room', 'hang-waiting-room', 'rolling-restart'].includes(id)),
      ids.join(' + '),
    );
  }
});
