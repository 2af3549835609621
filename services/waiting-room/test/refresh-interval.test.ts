import t from 'tap';
import { decideRefreshInterval } from '../status/refresh-interval.ts';

t.test(
  'refresh: one or two seconds near the front, at most thirty at the back, never less further behind',
  async (t) => {
    for (const random of [0, 0.25, 0.5, 0.75, 0.999]) {
      t.ok(decideRefreshInterval(1, random) >= 1 && decideRefreshInterval(1, random) <= 2);
      t.ok(decideRefreshInterval(1_000_000, random) >= 20 && decideRefreshInterval(1_000_000, random) <= 30);
      let last = 0;
      for (let position = 1; position < 2_000_000; position *= 3) {
        const seconds = decideRefreshInterval(position, random);
        t.ok(Number.isInteger(seconds) && seconds >= last);
        last = seconds;
      }
    }
  },
);

t.test('refresh: jitter spreads visitors at one place', async (t) => {
  t.ok(decideRefreshInterval(10_000, 0.99) > decideRefreshInterval(10_000, 0));
  t.ok(decideRefreshInterval(null, 0.5) >= 10);
});
