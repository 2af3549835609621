import t from 'tap';
import type { LoadRecord } from '../../load/recorder.ts';
import { type FaultTimes, judgeFault } from '../judge-fault.ts';

const idempotent = new Set([0]);
const times: FaultTimes = {
  name: 'hung',
  startMs: 10_000,
  healMs: 15_000,
  endMs: 20_000,
  sickIds: ['a'],
  backIds: ['a'],
  maxErrors: 0,
};

/** One request every 100 ms, by `a` and `b` in turn; `a` answers none from `startMs + 500` to `healMs + 1000`. */
function usualRecords(): LoadRecord[] {
  return Array.from({ length: 200 }, (_, index): LoadRecord => {
    const intendedMs = index * 100;
    const isAway = intendedMs > 10_500 && intendedMs < 16_000;
    const label = index % 2 === 0 && !isAway ? 'a' : 'b';
    return { kind: 0, intendedMs, latencyMs: 20, status: 200, failure: undefined, label };
  });
}

const error = (intendedMs: number, kind = 0): LoadRecord => ({
  kind,
  intendedMs,
  latencyMs: 1000,
  status: 0,
  failure: 'timeout',
  label: undefined,
});

t.test('judge: a fault that nobody noticed', async (t) => {
  t.match(judgeFault(times, usualRecords(), [], idempotent), {
    idempotentErrors: 0,
    ejectMs: 400,
    returnMs: 1020,
    shares: { before: 0.5, during: 0, after: 0.5 },
    problems: [],
  });
});

t.test('judge: requests that only the instance or a log has seen count as asked', async (t) => {
  const asked = [
    { id: 'a', atMs: 11_900 },
    { id: 'a', atMs: 17_000 },
    { id: 'b', atMs: 14_000 },
  ];
  t.equal(judgeFault(times, usualRecords(), asked, idempotent).ejectMs, 1900);
});

t.test('judge: errors of idempotent requests break the limit, others are only told', async (t) => {
  const judged = judgeFault(times, [...usualRecords(), error(10_100), error(10_200, 1)], [], idempotent);
  t.match(judged, { idempotentErrors: 1, otherErrors: 1 });
  t.match(judged.problems, [/1 errors of idempotent/]);
});

t.test('judge: with a limit for hung instances, what was in flight there is counted apart', async (t) => {
  const records = [...usualRecords(), error(9500), error(9600), error(10_100)];
  t.match(judgeFault({ ...times, maxErrors: 1 }, records, [], idempotent), {
    idempotentErrors: 3,
    errorsInFlight: 2,
    problems: [],
  });
  t.equal(judgeFault({ ...times, maxErrors: 1 }, [...records, error(10_200)], [], idempotent).problems.length, 1);
});

t.test('judge: one that is asked until the end, and one that never comes back, are problems', async (t) => {
  const judged = judgeFault({ ...times, backIds: ['c'] }, usualRecords(), [{ id: 'a', atMs: 14_950 }], idempotent);
  t.match(judged, { ejectMs: undefined, returnMs: undefined });
  t.equal(judged.problems.length, 2);
});

t.test('judge: a slow one is measured by its share', async (t) => {
  t.match(judgeFault({ ...times, isSlow: true }, usualRecords(), [], idempotent), {
    ejectMs: 100,
    returnMs: 500,
    problems: [],
  });
});
