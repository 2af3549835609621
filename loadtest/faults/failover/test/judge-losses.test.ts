import t from 'tap';
import type { HistoryRecord } from '../../history/records.ts';
import { judgeLosses } from '../judge-losses.ts';

const state = (confirmed: string[]) => ({ kind: 'state', atMs: 9, seq: 1, confirmed }) as unknown as HistoryRecord;
const change = (streamId: string, type: string) =>
  ({ kind: 'change', streamId, seq: 1, type, from: '', visitors: [], atMs: 1 }) as HistoryRecord;

function confirm(call: number, visitor: string, code: number, status: string, order?: string): HistoryRecord[] {
  return [
    { kind: 'asked', call, atMs: 1, visitor, what: 'confirm' },
    { kind: 'answered', call, atMs: 2, code, status, ...(order === undefined ? {} : { order }) },
  ];
}

t.test('losses: an order that was told and is not there is one', async (t) => {
  const history = [...confirm(1, 'a', 200, 'confirmed', 'A'), ...confirm(2, 'b', 200, 'confirmed', 'B'), state(['b'])];
  t.match(judgeLosses(history), { acknowledged: 2, acknowledgedLost: 1, changedOrders: 0 });
});

t.test('losses: not safe and asked again', async (t) => {
  const history = [
    ...confirm(1, 'a', 503, 'CONFIRM_NOT_SAFE'),
    ...confirm(2, 'b', 503, 'CONFIRM_NOT_SAFE'),
    ...confirm(3, 'a', 200, 'confirmed', 'A'),
    ...confirm(4, 'a', 200, 'confirmed', 'other'),
    state(['a']),
  ];
  t.match(judgeLosses(history), { notSafe: 2, notSafeThenTold: 1, acknowledgedLost: 0, changedOrders: 1 });
});

t.test('losses: changes that a new epoch does not know', async (t) => {
  const history: HistoryRecord[] = [
    ...[change('1-0', 'joined'), change('2-0', 'joined'), change('3-0', 'admitted')],
    { kind: 'epoch', atMs: 5, keptStreamId: '1-0', lost: 2 },
    ...[change('4-0', 'joined'), state([])],
  ];
  t.match(judgeLosses(history), { changesLost: 2, joinsLost: 1 });
});
