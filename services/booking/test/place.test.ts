import type { Standing } from '@fairline/shared/stores/line/store.ts';
import t from 'tap';
import { toBookingState } from '../places/booking-state.ts';
import { decideLeaseEnd } from '../places/place.ts';

const nowMs = Date.UTC(2026, 10, 22, 9);
const standing = { kind: 'booked', number: 1, leaseEndsAtMs: nowMs + 60_000, isClaimed: false, seq: 5, nowMs } as const;

t.test('place: a request that counts as activity shows the end it brings about', async (t) => {
  t.equal(decideLeaseEnd({ standing, leaseMinutes: 10, isActivity: true }), nowMs + 600_000);
  t.equal(decideLeaseEnd({ standing, leaseMinutes: 0, isActivity: true }), null, 'claimed: kept for good');
  t.equal(decideLeaseEnd({ standing, leaseMinutes: 10, isActivity: false }), nowMs + 60_000, 'else as it is stored');
});

t.test('place: every standing has a word of the API', async (t) => {
  const at = { seq: 5, nowMs };
  const cases: [Standing, string][] = [
    [{ kind: 'none', ...at }, 'none'],
    [{ kind: 'waiting', number: 7, ...at }, 'waiting'],
    [{ kind: 'aside', number: 7, rank: 1, ...at }, 'waiting'],
    [standing, 'booked'],
    [{ kind: 'confirmed', order: '{}', ...at }, 'confirmed'],
    [{ kind: 'ended', outcome: 'expired', number: 7, atMs: 1, ...at }, 'expired'],
    [{ kind: 'ended', outcome: 'revoked', number: 7, atMs: 1, ...at }, 'revoked'],
    [{ kind: 'ended', outcome: 'left', number: 7, atMs: 1, ...at }, 'left'],
  ];
  for (const [given, status] of cases) {
    const state = toBookingState({ standing: given, choice: undefined, leaseMinutes: 10, isActivity: false });
    t.match(state, { status, choice: null, order: null, updatedAt: '2026-11-22T09:00:00.000Z' });
  }
});
