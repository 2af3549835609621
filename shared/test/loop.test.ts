import { setImmediate as nextTurn } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { runLoop } from '../loop.ts';
import { createManualClock } from '../testing/manual-clock.ts';

function buildLoop(t: Test, step: () => unknown, intervalMs: number | (() => number) = 100) {
  const clock = createManualClock();
  const controller = new AbortController();
  const log: string[] = [];
  const note = (level: string) => (fields: { err?: Error }) => {
    log.push(`${level}${fields.err ? ` ${fields.err.message}` : ''}`);
  };
  const logger = { error: note('error'), warn: note('warn'), info: note('info') };
  const loop = runLoop({ name: 'test', intervalMs, clock, signal: controller.signal, logger, step });
  t.after(() => controller.abort());
  return { ...loop, clock, log, stop: () => controller.abort() };
}

t.test('loop: runs at once and after every interval', async (t) => {
  let runs = 0;
  const { clock } = buildLoop(t, () => {
    runs += 1;
  });
  await nextTurn();
  t.equal(runs, 1);
  await clock.advance(99);
  t.equal(runs, 1);
  await clock.advance(1);
  t.equal(runs, 2);
  await clock.advance(300);
  t.equal(runs, 5);
});

t.test('loop: wake ends the pause, and the next pause is a whole one', async (t) => {
  let runs = 0;
  const { clock, wake } = buildLoop(t, () => {
    runs += 1;
  });
  await clock.advance(50);
  wake();
  await nextTurn();
  t.equal(runs, 2);
  await clock.advance(99);
  t.equal(runs, 2);
  await clock.advance(1);
  t.equal(runs, 3);
});

t.test('loop: steps never overlap; waking during a step runs one more right after it', async (t) => {
  const gates: (() => void)[] = [];
  let inStep = 0;
  let most = 0;
  const { wake } = buildLoop(t, async () => {
    inStep += 1;
    most = Math.max(most, inStep);
    await new Promise<void>((resolve) => gates.push(resolve));
    inStep -= 1;
  });
  await nextTurn();
  wake();
  wake();
  wake();
  await nextTurn();
  t.equal(gates.length, 1, 'the first step is still under way');
  gates[0]?.();
  await nextTurn();
  t.equal(gates.length, 2, 'and then runs once more');
  gates[1]?.();
  await nextTurn();
  t.equal(gates.length, 2, 'three wakes are one');
  t.equal(most, 1);
});

t.test('loop: a failing step is logged once per message, and the end of the failure too', async (t) => {
  const failures = ['away', 'away', 'other', undefined, undefined, 'away'];
  const { clock, log, stop, stopped } = buildLoop(t, () => {
    const failure = failures.shift();
    if (failure) throw new Error(failure);
  });
  await nextTurn();
  await clock.advance(500);
  t.same(log, ['error away', 'error other', 'info', 'error away']);
  stop();
  await stopped;
});

t.test('loop: abort during the pause ends it at once', async () => {
  const { stop, stopped } = buildLoop(t, () => {});
  await nextTurn();
  stop();
  await stopped;
});

t.test('loop: abort during a step lets it finish, and its failure is then no news', async (t) => {
  let finish: () => void = () => {};
  let runs = 0;
  const { stop, stopped, log } = buildLoop(t, async () => {
    runs += 1;
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    throw new Error('aborted');
  });
  await nextTurn();
  stop();
  let isStopped = false;
  void stopped.then(() => {
    isStopped = true;
  });
  await nextTurn();
  t.equal(isStopped, false);
  finish();
  await stopped;
  t.equal(runs, 1);
  t.same(log, []);
});

t.test('loop: a signal that is aborted already runs nothing', async (t) => {
  const controller = new AbortController();
  controller.abort();
  const logger = { error: () => {}, warn: () => {}, info: () => {} };
  const step = () => t.fail('no step');
  await runLoop({ name: 'x', intervalMs: 1, clock: createManualClock(), signal: controller.signal, logger, step })
    .stopped;
});

t.test('loop: the interval can be asked for each time', async (t) => {
  const intervals = [10, 1000, 1000];
  let runs = 0;
  const { clock } = buildLoop(
    t,
    () => {
      runs += 1;
    },
    () => intervals.shift() ?? 1000,
  );
  await nextTurn();
  await clock.advance(10);
  t.equal(runs, 2);
  await clock.advance(990);
  t.equal(runs, 2);
});
