import t from 'tap';
import { systemClock } from '../clock.ts';

t.test('clock: monotonic time goes on, wall time is now', async (t) => {
  const before = systemClock.monotonicMs();
  await systemClock.sleep(5);
  t.ok(systemClock.monotonicMs() > before);
  t.ok(Math.abs(systemClock.nowMs() - Date.now()) < 1000);
});

t.test('clock: an aborted sleep ends at once without an error', async () => {
  const controller = new AbortController();
  const sleep = systemClock.sleep(600_000, controller.signal);
  controller.abort();
  await sleep;
  await systemClock.sleep(600_000, controller.signal);
});
