import t from 'tap';
import { waitAhead } from '../pace.ts';

t.test('pace: never waits for more than there is, and lets the event loop turn', async (t) => {
  for (const isFine of [true, false]) {
    const untilMs = performance.now() + 20;
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 1);
    for (let aheadMs = 20; aheadMs > 0; aheadMs = untilMs - performance.now()) await waitAhead(aheadMs, isFine);
    clearInterval(ticking);
    t.ok(turns > 0, 'others went on meanwhile');
    t.ok(performance.now() >= untilMs);
  }
});
