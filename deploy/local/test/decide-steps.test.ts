import t from 'tap';
import { decideSteps, maxOwn, type OwnInstance, pickName } from '../decide-steps.ts';

const own = (count: number, over: Record<number, Partial<OwnInstance>> = {}): OwnInstance[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ name: `booking-${index + 1}`, isLeaving: false, isReady: true, isDisabled: false, inFlight: 0 },
    ...over[index + 1],
  }));

type Case = [string, Parameters<typeof decideSteps>[0], ReturnType<typeof decideSteps>];
const cases: Case[] = [
  ['as many as wanted', { desired: 3, own: own(3), others: 0 }, { start: 0, drain: undefined }],
  ['missing ones together', { desired: 6, own: own(2), others: 0 }, { start: 4, drain: undefined }],
  ['those of others count', { desired: 4, own: own(2), others: 1 }, { start: 1, drain: undefined }],
  ['the youngest leaves', { desired: 2, own: own(4), others: 0 }, { start: 0, drain: 'booking-4' }],
  [
    'the one with the fewest requests leaves',
    { desired: 2, own: own(3, { 1: { inFlight: 9 }, 2: { inFlight: 2 }, 3: { inFlight: 5 } }), others: 0 },
    { start: 0, drain: 'booking-2' },
  ],
  [
    'one that is not ready leaves first',
    { desired: 2, own: own(3, { 1: { isReady: false, inFlight: 9 } }), others: 0 },
    { start: 0, drain: 'booking-1' },
  ],
  ['one at a time', { desired: 1, own: own(4, { 4: { isLeaving: true } }), others: 0 }, { start: 0, drain: undefined }],
  [
    'who leaves is missing when more are wanted again',
    { desired: 4, own: own(4, { 4: { isLeaving: true } }), others: 0 },
    { start: 1, drain: undefined },
  ],
  [
    'an operator disabled one: another takes its place',
    { desired: 3, own: own(3, { 2: { isDisabled: true } }), others: 0 },
    { start: 1, drain: undefined },
  ],
  [
    'and it is left alone',
    { desired: 1, own: own(3, { 3: { isDisabled: true } }), others: 0 },
    { start: 0, drain: 'booking-2' },
  ],
  [
    'the last ready one stays, whatever is wanted',
    { desired: 0, own: own(1), others: 0 },
    { start: 0, drain: undefined },
  ],
  [
    'the one ready instance is not the one to leave',
    { desired: 1, own: own(2, { 2: { isReady: false } }), others: 0 },
    { start: 0, drain: 'booking-2' },
  ],
  ['it may leave when others are there', { desired: 1, own: own(1), others: 1 }, { start: 0, drain: 'booking-1' }],
  [
    'never more processes than a machine takes',
    { desired: 999, own: own(60), others: 0 },
    { start: maxOwn - 60, drain: undefined },
  ],
];

for (const [name, input, expected] of cases) {
  t.test(`autoscale: ${name}`, async (t) => t.same(decideSteps(input), expected));
}

t.test('autoscale: the lowest free number', async (t) => {
  t.equal(pickName('booking', ['booking-1', 'booking-3']), 'booking-2');
  t.equal(pickName('waiting-room', []), 'waiting-room-1');
});
