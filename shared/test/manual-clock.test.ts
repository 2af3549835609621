import t from 'tap';
import { createManualClock } from '../testing/manual-clock.ts';

t.test('manual clock: stands still until moved', async (t) => {
  const clock = createManualClock(1000);
  t.equal(clock.nowMs(), 1000);
  t.equal(clock.monotonicMs(), 0);
  await clock.advance(250);
  t.equal(clock.nowMs(), 1250);
  t.equal(clock.monotonicMs(), 250);
});

t.test('manual clock: sleepers wake in the order of their moments and see their own time', async (t) => {
  const clock = createManualClock();
  const woken: [string, number][] = [];
  const sleeper = async (name: string, ms: number) => {
    await clock.sleep(ms);
    woken.push([name, clock.nowMs()]);
  };
  const all = [sleeper('b', 200), sleeper('a', 100), sleeper('never', 1000)];
  t.equal(clock.sleeperCount(), 3);
  await clock.advance(300);
  t.same(woken, [
    ['a', 100],
    ['b', 200],
  ]);
  await clock.advance(1000);
  await Promise.all(all);
  t.equal(clock.sleeperCount(), 0);
});

t.test('manual clock: a sleeper that sleeps again is woken again within one advance', async (t) => {
  const clock = createManualClock();
  const ticks: number[] = [];
  const run = async () => {
    for (let i = 0; i < 3; i += 1) {
      await clock.sleep(100);
      ticks.push(clock.nowMs());
    }
  };
  const done = run();
  await clock.advance(1000);
  await done;
  t.same(ticks, [100, 200, 300]);
});

t.test('manual clock: a jump moves wall time alone', async (t) => {
  const clock = createManualClock(5000);
  clock.jump(-3000);
  t.equal(clock.nowMs(), 2000);
  t.equal(clock.monotonicMs(), 0);
});

t.test('manual clock: an aborted sleep ends and is forgotten', async (t) => {
  const clock = createManualClock();
  const controller = new AbortController();
  const sleep = clock.sleep(100, controller.signal);
  controller.abort();
  await sleep;
  t.equal(clock.sleeperCount(), 0);
  await clock.sleep(100, controller.signal);
});
