import t from 'tap';
import { decideNextWakeMs } from '../admission/next-wake.ts';

const untilFullMs = 250;

t.test('next wake: with the next full pass', async (t) => {
  t.equal(decideNextWakeMs({ isMore: false, waitMs: null, untilFullMs }), 250);
  t.equal(decideNextWakeMs({ isMore: false, waitMs: 60_000, untilFullMs }), 250);
  t.equal(decideNextWakeMs({ isMore: false, waitMs: null, untilFullMs: 30.5 }), 31);
});

t.test('next wake: with the next pace token', async (t) => {
  t.equal(decideNextWakeMs({ isMore: false, waitMs: 99.2, untilFullMs }), 100);
});

t.test('next wake: at once with work left, never in a tight circle without it', async (t) => {
  t.equal(decideNextWakeMs({ isMore: true, waitMs: 100, untilFullMs }), 0);
  t.equal(decideNextWakeMs({ isMore: false, waitMs: 0, untilFullMs }), 1);
  t.equal(decideNextWakeMs({ isMore: false, waitMs: null, untilFullMs: 0 }), 1);
});
