import t from 'tap';
import { decideReplicas, type ReplicasInput } from '../scaling/decide-replicas.ts';
import { countComingSoon, readDemand } from '../scaling/demand.ts';
import { noteHigh, parseMemory, type ScalingMemory, writeMemory } from '../scaling/memory.ts';
import { describeDecision } from '../scaling/reason.ts';
import type { RoomLoad } from '../scaling/room-load.ts';

const nowMs = 1_000_000;
const load: RoomLoad = {
  ...{ running: 3, starting: 0, inFlight: 180, waiting: 0, capacity: 300, busyLoops: 0.3 },
  ...{ streams: 0, streamsMost: 0, latencyP95Ms: 20, errorRatio: 0 },
};
const memory: ScalingMemory = {
  ...{ desired: 3, load: 1.8, loadAtMs: nowMs - 2_000, outAtMs: 0, inAtMs: 0, slowAtMs: 0 },
  highs: [],
};
const outlook = { isOpen: true, waiting: 0, booked: 100, maxBooking: 100, newBookingsPerMinute: 0 };

/** Three instances at their target of 60 %, unless told otherwise. */
function decide(over: Partial<Omit<ReplicasInput, 'load'>> & { load?: Partial<RoomLoad> } = {}) {
  const changed = { ...load, ...over.load };
  // A load that lasts: the smoothed one is what is reported.
  const demand = 'demand' in over ? over.demand : readDemand(changed);
  const input: ReplicasInput = {
    ...{ nowMs, demand, bounds: { min: 2, max: 8 }, wish: null },
    ...{ rule: { targetRatio: 0.6, inAfterMs: 60_000, slowMs: 1000 } },
    ...over,
    load: changed,
    memory: over.memory ?? { ...memory, load: demand?.instances ?? memory.load },
  };
  const decision = decideReplicas(input);
  return { ...decision, reason: describeDecision(input, decision) };
}

type Case = [string, Parameters<typeof decide>[0], { desired: number; cause: string; reason: string }];
const cases: Case[] = [
  [
    'at the target nothing changes',
    {},
    { desired: 3, cause: 'steady', reason: '180 of 300 requests in hand at 3 instances (60 %), 60 % wished. 3 fit.' },
  ],
  [
    'within the tolerance nothing changes',
    { load: { inFlight: 197 } },
    { desired: 3, cause: 'steady', reason: '3 fit' },
  ],
  ['above it more are wanted', { load: { inFlight: 250 } }, { desired: 5, cause: 'load', reason: '3 become 5.' }],
  [
    'requests that wait in the gateways count',
    { load: { inFlight: 180, waiting: 60 } },
    { desired: 4, cause: 'queue', reason: 'and 60 requests wait in the gateways. 3 become 4.' },
  ],
  [
    'busy event loops count when they are the busiest',
    { load: { busyLoops: 2.7 } },
    { desired: 5, cause: 'load', reason: '3 instances busy 90 % of the time, 60 % wished. 3 become 5.' },
  ],
  [
    'open streams count where the room says how many it holds',
    { load: { streams: 2900, streamsMost: 3000 } },
    { desired: 5, cause: 'load', reason: '2900 of 3000 streams open at 3 instances, 60 % wished' },
  ],
  [
    'the most that is allowed',
    { load: { inFlight: 300, waiting: 96 }, bounds: { min: 1, max: 3 } },
    { desired: 3, cause: 'atMax', reason: '7 are wanted, 3 is the most that is allowed.' },
  ],
  [
    'bounds count at once, whatever was before',
    { bounds: { min: 5, max: 8 } },
    { desired: 5, cause: 'atMin', reason: '5 is the least that is allowed.' },
  ],
  [
    'the next step waits for the one before',
    { load: { inFlight: 250 }, memory: { ...memory, load: 2.5, outAtMs: nowMs - 2_000 } },
    { desired: 3, cause: 'load', reason: '5 are wanted, more than 3.' },
  ],
  [
    'fewer would do, but not for long enough',
    { load: { inFlight: 60 }, memory: { ...memory, load: 0.6, highs: [[nowMs - 30_000, 3]] } },
    { desired: 3, cause: 'coolDown', reason: '2 would do; 3 stay until that has been so for 60 s.' },
  ],
  [
    'fewer did for long enough',
    {
      load: { inFlight: 60 },
      memory: {
        ...memory,
        load: 0.6,
        highs: [
          [nowMs - 61_000, 3],
          [nowMs - 59_000, 2],
        ],
      },
    },
    { desired: 2, cause: 'idle', reason: '3 become 2.' },
  ],
  [
    'one at a time',
    { load: { inFlight: 6 }, memory: { ...memory, desired: 6, load: 0.06, inAtMs: nowMs - 8_000 } },
    { desired: 6, cause: 'coolDown', reason: '6 stay' },
  ],
  [
    'nothing is taken away while answers fail',
    { load: { inFlight: 60, errorRatio: 0.2 } },
    { desired: 3, cause: 'hold', reason: '20 % of the answers are errors: 3 stay although fewer might do.' },
  ],
  [
    'slow answers of busy instances ask for one more',
    { load: { latencyP95Ms: 1500 } },
    { desired: 4, cause: 'latency', reason: 'Slow answers: p95 1500 ms, at most 1000 ms wished.' },
  ],
  [
    'the next one only when the first could have helped',
    { load: { latencyP95Ms: 1500 }, memory: { ...memory, slowAtMs: nowMs - 29_000 } },
    { desired: 3, cause: 'hold', reason: '3 stay for now.' },
  ],
  [
    'slow answers of instances with little to do have another reason',
    { load: { inFlight: 80, latencyP95Ms: 1500 }, memory: { ...memory, load: 0.8 } },
    { desired: 2, cause: 'idle', reason: '3 become 2.' },
  ],
  ['an operator chooses', { wish: 7 }, { desired: 7, cause: 'wish', reason: 'An operator chose 7.' }],
  [
    'a choice that the bounds do not allow any more',
    { wish: 7, bounds: { min: 1, max: 5 } },
    { desired: 5, cause: 'wish', reason: 'An operator chose 7, the bounds allow 5.' },
  ],
  [
    'without reports the number stays',
    { demand: undefined, load: { running: 0, capacity: 0 } },
    { desired: 3, cause: 'noReports', reason: 'No instance is ready and tells its load; 3 stay wanted.' },
  ],
];

for (const [name, input, expected] of cases) {
  t.test(`scaling: ${name}`, async (t) => {
    const { desired, cause, reason } = decide(input);
    t.match({ desired, cause }, { desired: expected.desired, cause: expected.cause });
    t.ok(reason.includes(expected.reason), reason);
  });
}

t.test('scaling: visitors who are about to be let in are thought of before they come', async (t) => {
  t.equal(countComingSoon({ ...outlook, waiting: 500, maxBooking: 130 }), 30, 'as many as there are places');
  t.equal(countComingSoon({ ...outlook, waiting: 500, maxBooking: 900, newBookingsPerMinute: 60 }), 30, 'pace');
  t.equal(countComingSoon({ ...outlook, waiting: 500, maxBooking: 50 }), 0);
  t.equal(countComingSoon({ ...outlook, waiting: 500, maxBooking: 900, isOpen: false }), 0);
  const demand = readDemand(load, { ...outlook, waiting: 500, maxBooking: 150 });
  t.match(demand, { comingSoon: 50, admissionsFactor: 1.5 });
  const { desired, cause, reason } = decide({ demand });
  t.match({ desired, cause }, { desired: 5, cause: 'admissions' });
  t.match(reason, /^50 visitors are about to be let in\./);
  t.match(readDemand(load, { ...outlook, waiting: 9999, maxBooking: 9999 }), { admissionsFactor: 2 }, 'bounded');
  t.match(readDemand(load, { ...outlook, booked: 19, waiting: 99 }), { admissionsFactor: 1 }, 'not from a guess');
});

t.test('scaling: what is remembered survives its way through Redis, and nothing else does', async (t) => {
  const { memory: next } = decide({ load: { inFlight: 250 } });
  t.same(parseMemory(writeMemory(next)), next);
  const first = { ...next, load: null };
  t.same(parseMemory(writeMemory(first)), first);
  for (const text of ['', 'null', '[]', '{}', '{"desired":"3"}', JSON.stringify({ ...next, highs: [[1, 'x']] })]) {
    t.equal(parseMemory(text), undefined, text);
  }
  t.equal(parseMemory(JSON.stringify({ ...next, load: -1 })), undefined);
  const { desired, before } = decideReplicas({
    ...{ nowMs, load: { ...load, starting: 1 }, demand: readDemand(load), bounds: { min: 2, max: 8 }, wish: null },
    ...{ memory: undefined, rule: { targetRatio: 0.6, inAfterMs: 60_000, slowMs: 1000 } },
  });
  t.same([before, desired], [4, 4], 'without it, what runs and starts is what was wanted');
  const old = { ...memory, desired: 8, loadAtMs: nowMs - 60_001 };
  t.equal(decide({ memory: old }).before, 3, 'so it is when the site was stopped for a while');
  t.equal(decide({ memory: { ...old, loadAtMs: nowMs - 60_000 } }).before, 8);
});

t.test('scaling: of the highest numbers lately only those that still matter are kept', async (t) => {
  let highs: ScalingMemory['highs'] = [];
  for (const [atMs, wanted] of [
    [1, 5],
    [2, 3],
    [3, 4],
    [4, 4],
    [5, 2],
  ] as const)
    highs = noteHigh(highs, atMs, wanted, 100);
  t.same(highs, [
    [1, 5],
    [4, 4],
    [5, 2],
  ]);
  t.same(noteHigh(highs, 101, 1, 100), [
    [4, 4],
    [5, 2],
    [101, 1],
  ]);
});
