import type { InstanceReport } from '@fairline/shared/contracts/instance-report.ts';
import t from 'tap';
import { loadOf } from '../balancing/balancer.ts';
import { averageOthers, meanOthers } from '../balancing/others-in-flight.ts';
import { createOwnView } from '../balancing/own-view.ts';
import { buildUpstreamSet, type KnownReport, type Upstream } from '../balancing/upstream-set.ts';

const report: InstanceReport = {
  id: 'b1',
  room: 'booking',
  url: 'http://127.0.0.1:1',
  state: 'ready',
  startedAtMs: 1,
  version: '1',
  reportSeq: 1,
  inFlight: 0,
  inFlightByGateway: {},
  streams: 0,
  capacity: 100,
  requestsPerSec: 0,
  latencyP50Ms: 0,
  latencyP95Ms: 0,
  errorRatio: 0,
  eventLoopUtilization: 0,
  eventLoopDelayP99Ms: 0,
  cpuRatio: 0,
  rssBytes: 0,
  pid: 1,
};
const known = (fields: Partial<InstanceReport>, rest: Partial<KnownReport> = {}): KnownReport => ({
  report: { ...report, ...fields },
  freshness: 'fresh',
  isUrlAllowed: true,
  othersInFlight: 0,
  ...rest,
});
const build = (reports: KnownReport[], disabled: string[] = []) =>
  buildUpstreamSet(reports, new Set(disabled), new Map([['b1', { ...createOwnView(0), inFlight: 5 }]]));
const ids = (upstreams: readonly Upstream[]) => upstreams.map(({ id }) => id);

t.test('upstream set: only the ready, wished, heard and allowed', async (t) => {
  const set = build(
    [
      known({ id: 'ready' }),
      known({ id: 'starting', state: 'starting' }),
      known({ id: 'draining', state: 'draining' }),
      known({ id: 'suspect' }, { freshness: 'suspect' }),
      known({ id: 'gone' }, { freshness: 'gone' }),
      known({ id: 'elsewhere' }, { isUrlAllowed: false }),
      known({ id: 'unwished' }),
      known({ id: 'w1', room: 'waiting-room' }),
      known({ id: 'q1', room: 'queue-processor' }),
    ],
    ['unwished'],
  );
  t.same(ids(set.booking), ['ready', 'suspect']);
  t.same(
    set.booking.map(({ isSuspect }) => isSuspect),
    [false, true],
  );
  t.same(ids(set['waiting-room']), ['w1']);
  t.same(ids(set.admin), []);
});

t.test('upstream set: load is what this gateway has plus what others have', async (t) => {
  const [upstream] = build([known({ capacity: 50 }, { othersInFlight: 18 })]).booking;
  if (!upstream) return t.fail('nobody');
  t.equal(loadOf(upstream), (5 + 18) / 50);
  t.match(build([known({ capacity: 0 })]).booking[0], { capacity: 1 });
});

t.test('others in flight: averaged over their reports, each counted once', async (t) => {
  const first = averageOthers(undefined, 1, 30, 0);
  t.equal(first.mean, 3, 'chance of a moment counts for little');
  t.equal(averageOthers(first, 1, 99, 0), first, 'the same report again');
  let others = first;
  for (let seq = 2; seq < 100; seq += 1) others = averageOthers(others, seq, 30, 0);
  t.ok(Math.abs(others.mean - 30) < 0.1, 'what lasts is learnt');
  t.equal(
    averageOthers(undefined, 1, -5, 10).mean,
    9,
    'a newcomer is taken for as busy as the rest, and none for negative',
  );
  t.equal(meanOthers([]), 0);
  t.equal(meanOthers([first, { reportSeq: 1, mean: 5 }]), 4);
});
