import t from 'tap';
import { decideAnnouncement, decidePollMs, decideRetryMs } from '../pages/assets/pace.js';
import { canStream } from '../status/near-front.ts';

t.test('page pace: as told, half as often while hidden, never slower than 40 s', async (t) => {
  t.equal(decidePollMs({ refreshAfterSeconds: 5, isHidden: false }), 5000);
  t.equal(decidePollMs({ refreshAfterSeconds: 5, isHidden: true }), 10_000);
  t.equal(decidePollMs({ refreshAfterSeconds: 30, isHidden: true }), 40_000);
});

t.test('page pace: failures in a row ask ever later, spread over half the time, at most 30 s', async (t) => {
  t.equal(decideRetryMs({ failures: 1, random: 0 }), 2000);
  t.equal(decideRetryMs({ failures: 1, random: 1 }), 4000);
  t.equal(decideRetryMs({ failures: 3, random: 0.5 }), 12_000);
  t.equal(decideRetryMs({ failures: 99, random: 1 }), 30_000);
});

t.test('announcements: a change of state at once, positions once a minute, near the front each', async (t) => {
  const last = { state: 'waiting', position: 900, atMs: 0 };
  t.equal(decideAnnouncement({ state: 'waiting', position: 890 }, last, 59_000), null);
  t.equal(decideAnnouncement({ state: 'waiting', position: 890 }, last, 60_000), 'position');
  t.equal(decideAnnouncement({ state: 'waiting', position: 900 }, last, 600_000), null, 'nothing new');
  t.equal(decideAnnouncement({ state: 'waiting', position: 3 }, last, 1000), 'position');
  t.equal(decideAnnouncement({ state: 'paused', position: 900 }, last, 1000), 'state');
  t.equal(decideAnnouncement({ state: 'waiting', position: null }, last, 90_000), null);
});

t.test('streams: for those near the front, or for all', async (t) => {
  t.equal(canStream('front', 1000), true);
  t.equal(canStream('front', 1001), false);
  t.equal(canStream('front', null), true);
  t.equal(canStream('all', 1_000_000), true);
});
