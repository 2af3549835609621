import { startSystem, until } from '@fairline/shared/testing/system.ts';
import t from 'tap';
import { checkLaws } from '../../shared/test/laws/laws.ts';
import { createVisitor } from './visitor.ts';

t.test('Redis stops and starts under traffic: booked people are served, places are kept', async (t) => {
  const system = await startSystem(t, { settings: { maxBooking: '1' } });
  const [booked, waiting, late] = [createVisitor(system.url), createVisitor(system.url), createVisitor(system.url)];
  for (const visitor of [booked, waiting, late]) await visitor.arrive();
  await booked.apply();
  await waiting.apply();
  t.equal((await booked.page('/ticketing')).status, 200);
  await until('the claim to be noted', async () => {
    const standing = await system.line.readStanding(booked.id());
    return standing.kind === 'booked' && standing.isClaimed;
  });

  await system.redisServer.stop();
  const room = system.ofRoom('waiting-room')[0];
  const readiness = await until('the waiting-room to notice', async () => {
    const answer = await fetch(`${room?.internalUrl}/readyz`);
    return answer.status === 503 ? answer : undefined;
  });
  t.match(await readiness.text(), /redis/i, '/readyz says why');
  t.equal((await booked.page('/ticketing')).status, 200, 'the booked are served');
  const kept = await until('the page that says so', async () => {
    const page = await waiting.page('/ticketing');
    return page.status === 503 ? page : undefined;
  });
  t.ok(kept.headers['retry-after'] && kept.headers.refresh, 'the page tries again by itself');
  t.match(kept.text, /place is kept/i);
  const none = await late.page('/ticketing');
  t.equal(none.status, 503);
  t.match(none.text, /not in line yet/i);
  t.match(await waiting.status(), { status: 'waiting', number: 2 });

  await system.redisServer.start();
  await system.ready();
  t.match(await waiting.status(), { status: 'waiting', number: 2, position: 1 });
  t.equal((await booked.confirm()).status, 200);
  await until('the next to be admitted', async () => (await waiting.status()).status === 'booked');
  // Joins wait for the leader's word on the restarted Redis.
  await until('the late one to join', async () => (await late.apply()).status === 'waiting');
  t.same(await checkLaws(system.redis, system.keys), []);
});

t.test('kill -9 of every process of a room, room by room: the laws hold and service returns', async (t) => {
  const system = await startSystem(t, { settings: { maxBooking: '2', bookingLockTTLSeconds: '2' } });
  for (const room of ['waiting-room', 'queue-processor', 'booking', 'router'] as const) {
    const people = Array.from({ length: 8 }, () => createVisitor(system.url));
    for (const person of people) {
      await person.arrive();
      await person.apply();
    }
    for (const each of system.ofRoom(room)) await each.end('SIGKILL');
    const answers = room === 'router' ? [] : await Promise.all(people.map((person) => person.page('/ticketing')));
    for (const answer of answers) {
      t.ok([200, 502, 503].includes(answer.status), `without any ${room}: answered ${answer.status}`);
    }
    await system.start(room);
    await system.start(room);
    await system.ready();

    let served = 0;
    await until(
      `everybody to be served after the kill of every ${room}`,
      async () => {
        for (const person of people) {
          const status = await person.status();
          if (status.status === 'booked' && (await person.confirm()).status === 200) served += 1;
        }
        return served === people.length;
      },
      25_000,
    );
    t.same(await checkLaws(system.redis, system.keys), [], `the laws hold after the kill of every ${room}`);
  }
});

t.test('SIGTERM of the leader hands over at once', async (t) => {
  const system = await startSystem(t, { settings: { maxBooking: '1', bookingLockTTLSeconds: '60' } });
  const [first, second] = [createVisitor(system.url), createVisitor(system.url)];
  for (const visitor of [first, second]) {
    await visitor.arrive();
    await visitor.apply();
  }
  const leader = await system.findLeader();
  const token = await system.redis.get(system.keys.lock);
  await leader.end('SIGTERM');
  t.equal(leader.child.exitCode, 0);
  await until('another leader', async () => {
    const next = await system.redis.get(system.keys.lock);
    return next !== null && next !== token;
  });
  await first.confirm();
  await until('the second to be admitted', async () => (await second.status()).status === 'booked');
});

t.test('a hung leader that wakes up is refused', async (t) => {
  const system = await startSystem(t, { settings: { maxBooking: '1', bookingLockTTLSeconds: '2' } });
  const people = [createVisitor(system.url), createVisitor(system.url)];
  for (const person of people) {
    await person.arrive();
    await person.apply();
  }
  const leader = await system.findLeader();
  const token = await system.redis.get(system.keys.lock);
  await leader.end('SIGSTOP');
  await until('the standby to lead', async () => {
    const next = await system.redis.get(system.keys.lock);
    return next !== null && next !== token;
  });
  await leader.end('SIGCONT');
  await people[0]?.confirm();
  await until('the second to be admitted', async () => (await people[1]?.status())?.status === 'booked');
  t.same(await checkLaws(system.redis, system.keys), []);
});
