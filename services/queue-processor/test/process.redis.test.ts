import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { keys, startPair, until } from './processor-pair.ts';

t.test('queue-processor: whoever waits enters when a place becomes free', async (t) => {
  const { line, join, isBooked, redis } = await startPair(t);
  t.equal(await join('a'), 'booked');
  t.equal(await join('b'), 'joined');
  const fromMs = performance.now();
  await line.cancel('a');
  await until(() => isBooked('b'), 'b enters');
  t.comment(`from the end of one place to the next: ${Math.round(performance.now() - fromMs)} ms`);
  await redis.hset(keys.settings, { maxBooking: 2 });
  await join('c');
  await until(() => isBooked('c'), 'settings typed by hand count');
});

t.test('queue-processor: a standby leads at once after SIGTERM, which exits with 0', async (t) => {
  const { first, second, line, join, isBooked } = await startPair(t);
  await join('a');
  await join('b');
  first.kill('SIGTERM');
  await second.logged('leadership taken');
  t.match(await first.exited, [0, null]);
  t.equal(first.count('leadership handed over'), 1);
  await line.cancel('a');
  await until(() => isBooked('b'), 'b enters under the new leader');
});

t.test('queue-processor: the gate shuts when the last booking instance is gone', async (t) => {
  const { first, line, stopReporting } = await startPair(t);
  stopReporting();
  await first.logged('gate shut');
  t.match((await line.readProgress()).gate, { isOpen: false, reason: 'noInstance' });
});

t.test('queue-processor: a refused setting is logged once, the last good one stays', async (t) => {
  const { first, redis } = await startPair(t);
  const refused = 'setting refused, the last good value stays in force';
  await redis.hset(keys.settings, 'maxBooking', 'many');
  await first.logged(refused);
  await sleep(1000);
  t.equal(first.count(refused), 1);
  t.match(
    first.log.find((logged) => logged.msg === refused),
    { field: 'maxBooking', value: 'many' },
  );
  t.equal(await redis.hget(keys.settingsGood, 'maxBooking'), '1');
});

t.end();
