import { setTimeout as sleep } from 'node:timers/promises';
import { createScalingStore } from '@fairline/shared/stores/scaling/store.ts';
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
  const { first, second, line, join, isBooked, redis } = await startPair(t);
  const scaling = createScalingStore({ redis, keys });
  const readBooking = async () => (await scaling.read()).rooms[0];
  await join('a');
  await join('b');
  await until(async () => (await readBooking())?.running === 1, 'the leader says what the load asks for');
  t.match(await readBooking(), { room: 'booking', desired: 2, min: 2, max: 16, wish: null });
  await scaling.setWish({ room: 'booking', wish: 5 });
  first.kill('SIGTERM');
  await second.logged('leadership taken');
  const { nowMs } = await scaling.read();
  await until(async () => ((await readBooking())?.atMs ?? 0) > nowMs, 'the next leader goes on with it');
  t.match(await readBooking(), { desired: 5, wish: 5, cause: 'wish' });
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
