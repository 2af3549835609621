import { parseSettings, type Settings } from '@fairline/shared/contracts/settings.ts';
import { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import t from 'tap';
import { Value } from 'typebox/value';
import type { Place } from '../line/places.ts';
import { decideStatusWord, describeStatus } from '../status/visitor-status.ts';

const settings = (fields: Partial<Settings> = {}): Settings => ({ ...parseSettings({}), ...fields });
const waiting: Place = { kind: 'waiting', number: 17 };

t.test('status: the word for people in line tells what holds the line', async (t) => {
  t.equal(decideStatusWord(waiting, settings(), 0), 'waiting');
  t.equal(decideStatusWord(waiting, settings({ admissions: 'paused' }), 0), 'paused');
  t.equal(decideStatusWord(waiting, settings({ admissions: 'closed' }), 0), 'closed');
  t.equal(decideStatusWord(waiting, settings({ ticketStock: 5 }), 4), 'waiting');
  t.equal(decideStatusWord(waiting, settings({ ticketStock: 5, admissions: 'paused' }), 5), 'soldOut');
  t.equal(decideStatusWord({ kind: 'aside', number: 3, rank: 1 }, settings({ admissions: 'paused' }), 0), 'paused');
});

t.test('status: the word for people not in line', async (t) => {
  t.equal(decideStatusWord({ kind: 'none' }, settings(), 0), 'none');
  t.equal(decideStatusWord({ kind: 'none' }, settings({ admissions: 'paused' }), 0), 'none', 'joins are accepted');
  t.equal(decideStatusWord({ kind: 'none' }, settings({ admissions: 'closed' }), 0), 'closed');
  t.equal(decideStatusWord({ kind: 'none' }, settings({ ticketStock: 1 }), 1), 'soldOut');
  t.equal(decideStatusWord({ kind: 'full' }, settings(), 0), 'full');
  const closed = settings({ admissions: 'closed', ticketStock: 1 });
  t.equal(decideStatusWord({ kind: 'ended', outcome: 'expired', number: 4 }, closed, 1), 'expired');
  t.equal(decideStatusWord({ kind: 'confirmed', order: null }, closed, 1), 'confirmed');
  t.equal(decideStatusWord({ kind: 'booked', number: 4, leaseEndsAtMs: null, seq: 1 }, closed, 1), 'booked');
});

t.test('status: the body keeps to its contract and holds null for what is unknown', async (t) => {
  const common = { settings: settings(), orders: 0, refreshAfterSeconds: 5, asOfMs: Date.UTC(2026, 10, 22, 9) };
  const known = describeStatus({
    ...common,
    place: waiting,
    position: 3,
    waiting: 2,
    estimate: { low: 60, high: 95 },
    settings: settings({ message: 'Doors open at 7' }),
  });
  t.same(known, {
    status: 'waiting',
    number: 17,
    position: 3,
    waiting: 3,
    etaSeconds: { low: 60, high: 95 },
    refreshAfterSeconds: 5,
    leaseEndsAt: null,
    message: 'Doors open at 7',
    updatedAt: '2026-11-22T09:00:00.000Z',
  });
  const unknown = describeStatus({ ...common, place: { kind: 'none' }, position: null, waiting: null, estimate: null });
  t.match(unknown, { status: 'none', number: null, position: null, waiting: null, etaSeconds: null, message: null });
  const booked = describeStatus({
    ...common,
    place: { kind: 'booked', number: 4, leaseEndsAtMs: Date.UTC(2026, 10, 22, 10), seq: 9 },
    position: null,
    waiting: 0,
    estimate: null,
  });
  t.equal(booked.leaseEndsAt, '2026-11-22T10:00:00.000Z');
  for (const status of [known, unknown, booked]) t.ok(Value.Check(VisitorStatus, status));
});

t.test('status: no estimate while the line is on hold', async (t) => {
  const status = describeStatus({
    place: waiting,
    settings: settings({ admissions: 'paused' }),
    orders: 0,
    position: 3,
    waiting: 9,
    estimate: { low: 1, high: 2 },
    refreshAfterSeconds: 2,
    asOfMs: 0,
  });
  t.equal(status.etaSeconds, null);
});
