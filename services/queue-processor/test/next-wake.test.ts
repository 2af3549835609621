import t from 'tap';
import { decideNextWakeMs } from '../admission/next-wake.ts';

t.test('next wake: at the latest after a tick', async (t) => {
  t.equal(decideNextWakeMs({ isMore: false, waitMs: null }), 250);
  t.equal(decideNextWakeMs({ isMore: false, waitMs: 60_000 }), 250);
});

t.test('next wake: with the next pace token', async (t) => {
  t.equal(decideNextWakeMs({ isMore: false, waitMs: 99.2 }), 100);
});

t.test('next wake: at once with work left, never in a tight circle without it', async (t) => {
  t.equal(decideNextWakeMs({ isMore: true, waitMs: 100 }), 0);
  t.equal(decideNextWakeMs({ isMore: false, waitMs: 0 }), 1);
});
