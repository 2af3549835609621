import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { createProcessMeter } from '../process-meter.ts';

t.test('process meter: work shows as use of loop and CPU', async (t) => {
  const meter = createProcessMeter();
  t.after(() => meter.stop());
  await delay(30);
  meter.read();
  await delay(30);
  const startMs = performance.now();
  while (performance.now() - startMs < 100);
  await delay(30);
  const use = meter.read();
  t.ok(use.eventLoopUtilization > 0.2 && use.eventLoopUtilization <= 1, `utilization ${use.eventLoopUtilization}`);
  t.ok(use.eventLoopDelayP99Ms > 30, `delay ${use.eventLoopDelayP99Ms}`);
  t.ok(use.cpuRatio > 0);
  t.ok(use.rssBytes > 10_000_000);
});
