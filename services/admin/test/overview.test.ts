import type { InstanceReport } from '@fairline/shared/contracts/instance-report.ts';
import t from 'tap';
import { type AdmissionSample, addAdmissionSample, admissionsPerMinute } from '../overview/admission-rate.ts';
import { canDisable, viewInstances } from '../overview/overview.ts';
import { noteReports } from '../overview/report-ages.ts';

const report = (fields: Partial<InstanceReport>): InstanceReport => ({
  id: 'booking-1',
  room: 'booking',
  url: 'http://127.0.0.1:1',
  state: 'ready',
  startedAtMs: 0,
  version: '1',
  reportSeq: 1,
  inFlight: 5,
  inFlightByGateway: {},
  streams: 0,
  capacity: 10,
  requestsPerSec: 0,
  latencyP50Ms: 0,
  latencyP95Ms: 0,
  errorRatio: 0,
  eventLoopUtilization: 0,
  eventLoopDelayP99Ms: 0,
  cpuRatio: 0,
  rssBytes: 0,
  pid: 1,
  ...fields,
});

t.test('admissions per minute: unknown at first, then the last minute only', async (t) => {
  let samples: readonly AdmissionSample[] = [];
  const read = (atMs: number, admitted: number) => {
    samples = addAdmissionSample(samples, { atMs, admitted });
    return admissionsPerMinute(samples);
  };
  t.equal(read(0, 100), null);
  t.equal(read(4_000, 110), null);
  t.equal(read(10_000, 110), 60);
  for (let second = 11; second <= 200; second += 1) read(second * 1_000, 110);
  t.equal(read(201_000, 110), 0);
  t.ok(samples.length < 65);
  t.equal(read(202_000, 3), null, 'a new sale begins a new history');
});

t.test('instances: by room and id, with those disabled that are gone', async (t) => {
  const views = viewInstances({
    reports: [report({ id: 'b2' }), report({ id: 'w', room: 'waiting-room' }), report({ id: 'b1', inFlight: 12 })],
    disabled: new Set(['b2', 'old']),
    ageOf: (id) => (id === 'w' ? 3_000 : 0),
  });
  t.same(
    views.map(({ id, isEnabled, state, isSuspect, loadRatio }) => ({ id, isEnabled, state, isSuspect, loadRatio })),
    [
      { id: 'b1', isEnabled: true, state: 'ready', isSuspect: false, loadRatio: 1.2 },
      { id: 'b2', isEnabled: false, state: 'ready', isSuspect: false, loadRatio: 0.5 },
      { id: 'w', isEnabled: true, state: 'ready', isSuspect: true, loadRatio: 0.5 },
      { id: 'old', isEnabled: false, state: 'gone', isSuspect: false, loadRatio: null },
    ],
  );
});

t.test('instances: the last operators’ page is not drained', async (t) => {
  const view = (reports: InstanceReport[], disabled: string[] = []) =>
    viewInstances({ reports, disabled: new Set(disabled), ageOf: () => 0 });
  const a1 = report({ id: 'a1', room: 'admin' });
  const a2 = report({ id: 'a2', room: 'admin' });
  t.equal(canDisable(view([a1, report({})]), 'a1'), 'last-admin');
  t.equal(canDisable(view([a1, a2], ['a2']), 'a1'), 'last-admin');
  t.equal(canDisable(view([a1, a2]), 'a1'), 'yes');
  t.equal(canDisable(view([report({})]), 'booking-1'), 'yes');
  t.equal(canDisable(view([report({ id: 'q', room: 'queue-processor' })]), 'q'), 'unknown');
  t.equal(canDisable(view([]), 'nobody'), 'unknown');
});

t.test('report age: since the report last changed, on the own clock', async (t) => {
  const first = noteReports(new Map(), [report({ reportSeq: 7 })], 1_000);
  const same = noteReports(first, [report({ reportSeq: 7 })], 3_000);
  t.equal(same.get('booking-1')?.seenMs, 1_000);
  t.equal(noteReports(same, [report({ reportSeq: 8 })], 4_000).get('booking-1')?.seenMs, 4_000);
  t.equal(noteReports(same, [report({ reportSeq: 7, startedAtMs: 9 })], 4_000).get('booking-1')?.seenMs, 4_000);
  t.equal(noteReports(same, [], 4_000).size, 0);
});
