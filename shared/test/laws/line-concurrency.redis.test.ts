import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import t from 'tap';
import { eventKeys } from '../../stores/keys.ts';
import { createLockStore } from '../../stores/line/lock.ts';
import { createLineStore, type LineStore } from '../../stores/line/store.ts';
import { createSettingsStore } from '../../stores/settings/store.ts';
import { startTestRedis } from '../../testing/redis-server.ts';
import { checkLaws } from './laws.ts';

/** `LAWS_VISITORS` makes a longer run of it. */
const visitorCount = Number(process.env.LAWS_VISITORS ?? 350);
const clientCount = 12;
const maxBooking = 20;
const lockTtlMs = 60;

const server = await startTestRedis(t, { args: ['--appendonly', 'no'] });
const keys = eventKeys('crowd');
const watcher = server.connect();

/** How a visitor goes about it; every one of them must come to an end by itself or by the leader's. */
const characters = ['buyer', 'buyer', 'returner', 'leaver', 'vanisher', 'revoked', 'impatient'] as const;
type Character = (typeof characters)[number];

async function waitForPlace(line: LineStore, id: string): Promise<'booked' | 'ended'> {
  for (;;) {
    const standing = await line.readStanding(id);
    if (standing.kind === 'booked') return 'booked';
    if (standing.kind !== 'waiting' && standing.kind !== 'aside') return 'ended';
    await sleep(5 + Math.random() * 20);
  }
}

type Visitor = { id: string; character: Character; isVip: boolean };

async function visit(line: LineStore, redis: Redis, { id, character, isVip }: Visitor): Promise<void> {
  // Twice at once, as two tabs do.
  const [first, second] = await Promise.all([
    line.join([{ visitorId: id, again: true, isVip }]),
    line.join([{ visitorId: id, again: false, isVip }]),
  ]);
  if (first[0]?.kind === 'full' || second[0]?.kind === 'full') throw new Error(`${id} was refused`);
  if (character === 'revoked') await line.moveToVip(id);
  if (character === 'impatient') {
    await line.leave(id);
    return;
  }
  if ((await waitForPlace(line, id)) === 'ended') return;
  if (character === 'vanisher') {
    // Test device: the end of the unclaimed place is put into the past instead of waiting for it.
    await redis.zadd(keys.leases, 'XX', 1, id);
    return;
  }
  await line.renew([id]);
  await sleep(Math.random() * 10);
  if (character === 'revoked') await line.revoke(id);
  else if (character === 'leaver') await line.leave(id);
  else if (character === 'returner') {
    await Promise.all([line.cancel(id), line.cancel(id)]);
    await line.join([{ visitorId: id, again: true }]);
    if ((await waitForPlace(line, id)) === 'booked') await line.cancel(id);
  } else {
    const orders = await Promise.all([line.confirm(id, '"first"'), line.confirm(id, '"second"'), line.leave(id)]);
    const told = orders.flatMap((answer) => (answer.kind === 'confirmed' ? [answer.order] : []));
    if (new Set(told).size > 1) throw new Error(`${id} was told two orders: ${told}`);
  }
}

/** Two of these want to lead; each loses the lock now and then without knowing, and goes on with its old token. */
async function lead(signal: AbortSignal): Promise<{ terms: number; refused: number }> {
  const redis = server.connect();
  const line = createLineStore({ redis, keys });
  const lock = createLockStore({ redis, keys });
  let terms = 0;
  let refused = 0;
  while (!signal.aborted) {
    const token = randomUUID();
    if (!(await lock.acquire(token, lockTtlMs))) {
      await sleep(5);
      continue;
    }
    terms += 1;
    for (let isLeader = true; isLeader && !signal.aborted; ) {
      await line.setGate({ token, isOpen: true, reason: 'test', isMemoryFull: false, dueNumber: 0 });
      // All at once: what a hung leader had still on its way arrives among what the next one does.
      const outcomes = await Promise.all([
        line.endPlaces({ token, limit: 50 }),
        line.admit({ token, limit: 50, absentAfterMs: 60_000, dueNumber: 0 }),
        line.admit({ token, limit: 5, absentAfterMs: 60_000, dueNumber: 0 }),
      ]);
      refused += outcomes.filter((outcome) => outcome.kind === 'notLeader').length;
      isLeader = outcomes.every((outcome) => outcome.kind === 'done');
      // Nobody renews: every term ends in the middle of the work.
      await sleep(2);
    }
  }
  return { terms, refused };
}

t.test('line: the laws hold with many clients and two leaders at once', async (t) => {
  await createSettingsStore({ redis: watcher, keys }).save({
    maxBooking: String(maxBooking),
    leaseMinutes: '10',
    vipSharePercent: '30',
  });
  const stop = new AbortController();
  const leaders = [lead(stop.signal), lead(stop.signal)];

  let mostBooked = 0;
  const sampling = (async () => {
    const sampler = server.connect();
    while (!stop.signal.aborted) {
      mostBooked = Math.max(mostBooked, await sampler.scard(keys.booked));
      await sleep(1);
    }
  })();

  const clients = Array.from({ length: clientCount }, () => {
    const redis = server.connect();
    return { redis, line: createLineStore({ redis, keys }) };
  });
  const visits = Array.from({ length: visitorCount }, async (_, index) => {
    const client = clients[index % clientCount];
    const character = characters[index % characters.length];
    if (!client || !character) throw new Error('no client');
    await sleep(Math.random() * 500);
    await visit(client.line, client.redis, { id: `v${index}`, character, isVip: index % 5 === 0 });
  });
  await Promise.all(visits);
  t.same(await checkLaws(watcher, keys), [], 'when all have done what they wanted');

  const line = createLineStore({ redis: watcher, keys });
  // The vanished come aside, are seen again, and vanish for good.
  for (let isOver = false; !isOver; ) {
    const { booked, aside, queued } = await line.readProgress();
    isOver = booked + aside + queued === 0;
    const waiting = await watcher.zrange(keys.aside, '0', '-1');
    await line.noteSigns(waiting.slice(0, 500));
    const held = await watcher.smembers(keys.booked);
    for (const id of held) await watcher.zadd(keys.leases, 'XX', 1, id);
    await sleep(10);
  }
  stop.abort();
  const terms = await Promise.all(leaders);
  await sampling;

  t.same(await checkLaws(watcher, keys), [], 'when all are gone');
  t.ok(mostBooked <= maxBooking, `at most ${mostBooked} places were held at once`);
  t.ok(mostBooked > 0);
  t.ok(
    terms.every((term) => term.terms > 0),
    'both led',
  );
  t.comment(`terms and refusals: ${JSON.stringify(terms)}, most places held: ${mostBooked}`);
  const { counters } = await line.readProgress();
  t.equal(counters.joined, (counters.tail ?? 0) + (counters.vipTail ?? 0), 'every number was drawn once');
  t.ok((counters.vipTail ?? 0) > 0, 'some waited in the VIP line');
});

t.end();
