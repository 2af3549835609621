import { ConfigError } from '@fairline/shared/config.ts';
import type { InstanceReport } from '@fairline/shared/contracts/instance-report.ts';
import { createMetrics } from '@fairline/shared/metrics.ts';
import t from 'tap';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { readBounds } from '../scaling/bounds.ts';
import { formatEmbeddedMetric } from '../scaling/embedded-metric.ts';
import { readRoomLoad } from '../scaling/room-load.ts';
import { createScalingMetrics } from '../scaling/scaling-metrics.ts';

const nowMs = 1_000_000;

function report(id: string, over: Partial<InstanceReport> = {}): InstanceReport {
  return {
    ...{ id, room: 'booking', url: 'http://127.0.0.1:1', state: 'ready', startedAtMs: 0, version: '1', reportSeq: 1 },
    ...{ inFlight: 10, inFlightByGateway: {}, streams: 1, capacity: 50, requestsPerSec: 100, latencyP50Ms: 10 },
    ...{ latencyP95Ms: 20, errorRatio: 0, eventLoopUtilization: 0.4, eventLoopDelayP99Ms: 1, cpuRatio: 0.4 },
    ...{ rssBytes: 1, pid: 1 },
    ...over,
  };
}

t.test('scaling: the load of a room is what its ready and enabled instances report', async (t) => {
  const reports = [
    report('b1'),
    report('b2', { inFlight: 30, requestsPerSec: 300, latencyP95Ms: 60, errorRatio: 0.1 }),
    report('b3', { startedAtMs: nowMs - 9_000, eventLoopUtilization: 1, requestsPerSec: 0, inFlight: 0 }),
    report('b4', { state: 'starting' }),
    report('b5', { state: 'draining', inFlight: 99 }),
    report('b6', { inFlight: 99 }),
    report('g1', { room: 'router' }),
    report('g2', { room: 'router' }),
  ];
  const extras = new Map<string, Record<string, string>>([
    ['g1', { waitingForBooking: '7' }],
    ['g2', { waitingForBooking: 'many', waitingForWaitingRoom: '3' }],
    ['b1', { streamsMost: '20' }],
  ]);
  const map = { reports, extras, disabled: new Set(['b6']) };
  const load = readRoomLoad(map, 'booking', nowMs);
  t.match(load, { running: 3, starting: 1, inFlight: 40, waiting: 7, capacity: 150, streams: 3, streamsMost: 20 });
  t.match(load, { latencyP95Ms: 50, errorRatio: 0.075 }, 'by requests');
  t.equal(load.busyLoops, 0.8, 'a process that has just started is busy with itself');
  t.match(readRoomLoad(map, 'waiting-room', nowMs), { running: 0, waiting: 3, latencyP95Ms: 0 });
});

t.test('scaling: a gateway of several processes is one instance', async (t) => {
  const reports = ['g-1-w1-0123ab', 'g-1-w2-4567cd', 'g-2'].map((id) => report(id, { room: 'router' }));
  const load = readRoomLoad({ reports, extras: new Map(), disabled: new Set() }, 'router', nowMs);
  t.match(load, { running: 2, inFlight: 30, capacity: 150 });
  t.equal(load.busyLoops, 0.8);
});

t.test('scaling: bounds are read from the environment', async (t) => {
  const config = { SCALING_BOOKING: '2-16', SCALING_WAITING_ROOM: '0-0', SCALING_ROUTER: '1-8' };
  t.same(readBounds(config), {
    booking: { min: 2, max: 16 },
    'waiting-room': { min: 0, max: 0 },
    router: { min: 1, max: 8 },
  });
  t.throws(
    () => readBounds({ ...config, SCALING_BOOKING: '5-4', SCALING_ROUTER: '3-2' }),
    new ConfigError([
      'SCALING_BOOKING must be <least>-<most>, not "5-4"',
      'SCALING_ROUTER must be <least>-<most>, not "3-2"',
    ]),
  );
});

t.test('scaling: the line for CloudWatch names each metric that it holds', async (t) => {
  const scaling = { ...({ room: 'booking', desired: 4, running: 3, cause: 'load', reason: 'Busy.' } as const) };
  const told = JSON.parse(formatEmbeddedMetric('default', 1_700_000_000_000.4, { ...scaling, utilization: 0.8126 }));
  t.match(told, { Event: 'default', Room: 'booking', DesiredReplicas: 4, RunningReplicas: 3, Utilization: 81.3 });
  t.equal(told._aws.Timestamp, 1_700_000_000_000);
  const [directive] = told._aws.CloudWatchMetrics;
  t.match(directive, { Namespace: 'Fairline', Dimensions: [['Event', 'Room']] });
  for (const { Name } of directive.Metrics) t.type(told[Name], 'number', Name);
  for (const name of directive.Dimensions[0]) t.type(told[name], 'string', name);
  const unknown = JSON.parse(formatEmbeddedMetric('default', 1, { ...scaling, utilization: null }));
  t.equal(unknown._aws.CloudWatchMetrics[0].Metrics.length, 2);
});

/** As the specification of the embedded metric format says it: objects hold nothing but what it names. */
const strict = { additionalProperties: false };
const name = Type.String({ minLength: 1, maxLength: 1024 });
const units = ['Count', 'Percent', 'Seconds', 'Milliseconds', 'Bytes', 'Count/Second', 'None'];
const EmbeddedMetric = Type.Object({
  _aws: Type.Object(
    {
      Timestamp: Type.Integer({ minimum: 0 }),
      CloudWatchMetrics: Type.Array(
        Type.Object(
          {
            Namespace: Type.String({ minLength: 1, maxLength: 256, pattern: '^[A-Za-z0-9._/#:-]+$' }),
            Dimensions: Type.Array(Type.Array(name, { minItems: 1, maxItems: 30 }), { minItems: 1 }),
            Metrics: Type.Array(Type.Object({ Name: name, Unit: Type.Optional(Type.Enum(units)) }, strict), {
              minItems: 1,
              maxItems: 100,
            }),
          },
          strict,
        ),
        { minItems: 1 },
      ),
    },
    strict,
  ),
});

t.test('scaling: the line for CloudWatch is a document of the embedded metric format', async (t) => {
  const scaling = { room: 'booking', desired: 4, running: 3, cause: 'load', reason: 'Busy.\nVery.' } as const;
  for (const utilization of [0.8126, 0, null]) {
    const line = formatEmbeddedMetric('default', 1_700_000_000_000.4, { ...scaling, utilization });
    t.notMatch(line, /[\r\n]/, 'one line, one event of the log');
    const document = JSON.parse(line);
    t.same([...Value.Errors(EmbeddedMetric, document)], []);
    for (const { Dimensions, Metrics } of document._aws.CloudWatchMetrics) {
      for (const { Name } of Metrics) t.ok(Number.isFinite(document[Name]), `${Name} is a number at the root`);
      for (const dimension of Dimensions.flat()) {
        t.match(document[dimension], /^[\x21-\x7e]{1,1024}$/, `${dimension} is a text at the root`);
      }
    }
  }
});

t.test('scaling: metrics name the room, and a standby has none', async (t) => {
  const metrics = createMetrics({ room: 'queue-processor' });
  const scaling = createScalingMetrics(metrics);
  scaling.note('booking', { desired: 4, running: 3, utilization: 0.8 });
  const text = await metrics.registry.metrics();
  t.match(text, 'fairline_desired_replicas{room="booking"} 4');
  t.match(text, 'fairline_room_utilization_ratio{room="booking"} 0.8');
  scaling.note('booking', { desired: 4, running: 0, utilization: null });
  t.notMatch(await metrics.registry.metrics(), 'fairline_room_utilization_ratio{');
  scaling.clear();
  t.notMatch(await metrics.registry.metrics(), 'fairline_desired_replicas{');
});
