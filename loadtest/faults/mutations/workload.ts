import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRunId } from '@fairline/shared/redis/run-id.ts';
import { type EventKeys, eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLockStore } from '@fairline/shared/stores/line/lock.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { Redis } from 'ioredis';
import { createSeededRandom } from '../../simulate/seeded-random.ts';
import { type Recorder, startRecorder } from '../history/recorder.ts';
import { createClient } from './client.ts';
import { lead } from './leader.ts';
import { visits } from './visits.ts';

const [port, folder, seedText] = process.argv.slice(2);
if (!port || !folder || !seedText) throw new Error('usage: workload.ts PORT FOLDER SEED');
const seed = Number(seedText);

/** Whoever does not get on by then gives up: what a broken script leaves undone must not keep the run. */
const patienceMs = 3500;
const arrivalMs = 900;
const clientCount = 6;

const connections: Redis[] = [];
function connect(): Redis {
  const redis = new Redis(Number(port), '127.0.0.1', { maxRetriesPerRequest: null });
  connections.push(redis);
  return redis;
}

function connectLeader(keys: EventKeys) {
  const redis = connect();
  return { line: createLineStore({ redis, keys }), lock: createLockStore({ redis, keys }) };
}

type Sale = { keys: EventKeys; recorder: Recorder; random: () => number; line: ReturnType<typeof createLineStore> };

async function openSale(event: string, settings: Record<string, string>, offset: number): Promise<Sale> {
  const keys = eventKeys(event);
  const redis = connect();
  await createSettingsStore({ redis, keys }).save(settings);
  const recorder = startRecorder({
    redis: connect(),
    keys,
    file: `${folder}/${event}.jsonl`,
    lookEveryMs: 15,
    stateEveryMs: 60,
  });
  recorder.note({ kind: 'run', name: event, seed, atMs: Date.now(), staleMs: 0 });
  return { keys, recorder, random: createSeededRandom(seed + offset), line: createLineStore({ redis, keys }) };
}

/** Every kind of visit `rounds` times, in an order of chance, over `arrivalMs`. */
async function receive({ keys, recorder, random }: Sale, rounds: number): Promise<void> {
  const signal = AbortSignal.timeout(patienceMs);
  const clients = Array.from({ length: clientCount }, () => {
    const redis = connect();
    return { redis, client: createClient({ redis, keys, recorder }) };
  });
  const kinds = Object.keys(visits);
  const agenda = Array.from({ length: rounds * kinds.length }, (_, index) => ({
    kind: kinds[index % kinds.length] ?? 'buyer',
    atMs: random() * arrivalMs,
    client: clients[index % clientCount],
  }));
  await Promise.all(
    agenda.map(async ({ kind, atMs, client }, index) => {
      await sleep(atMs);
      // A script that fails is told to its visitor, whose visit ends; the others go on.
      if (client) await visits[kind]?.(`${kind}-${index}`, { ...client, keys, random, signal }).catch(() => {});
    }),
  );
}

/** One place, two visitors: the first must get it within a second. */
async function fewPlaces({ keys, recorder, line }: Sale): Promise<void> {
  const redis = connect();
  const { booked } = await line.readProgress();
  const values = { maxBooking: String(booked + 1) };
  await recorder.call({ visitor: '', what: 'settings', values }, async () => {
    await createSettingsStore({ redis, keys }).save(values);
    return { code: 200 };
  });
  const client = createClient({ redis, keys, recorder });
  for (const id of ['first', 'second']) await client.join(id);
  await sleep(1300);
  for (const id of ['first', 'second']) await client.status(id);
}

/** One leader who stays: the time in which law 5 allows one second. */
async function steadySale(): Promise<void> {
  const keys = eventKeys('steady');
  const token = randomUUID();
  const ttlMs = 30_000;
  await createLockStore({ redis: connect(), keys }).acquire(token, ttlMs);
  const sale = await openSale('steady', { maxBooking: '5', vipSharePercent: '30' }, 1);
  const stop = new AbortController();
  const leading = lead({ ...connectLeader(keys), token, ttlMs, signal: stop.signal, renews: true }).catch(() => false);
  await receive(sale, 4);
  await fewPlaces(sale);
  stop.abort();
  await leading;
  await sale.recorder.end();
}

/** A leader who hung and wakes up, not knowing that another one leads. */
async function goOnLeading(
  { line, lock }: ReturnType<typeof connectLeader>,
  token: string,
  recorder: Recorder,
): Promise<void> {
  const gate = { token, isOpen: true, reason: 'ready', isMemoryFull: false, dueNumber: 0 };
  const acts = [
    () => line.setGate(gate),
    () => line.admit({ token, limit: 50, absentAfterMs: 60_000, dueNumber: 0 }),
    () => line.endPlaces({ token, limit: 50 }),
    () => line.trim({ token, cursor: '0', limit: 10 }),
    () => line.recover({ token, runId: 'of another server', tailSeen: 0, seqSeen: 0 }),
  ];
  const locks = [() => lock.renew(token, 60), () => lock.release(token)];
  const call = (act: () => Promise<string>) =>
    recorder.call({ visitor: token, what: 'lead' }, async () => ({ code: 200, status: await act() }));
  for (const act of acts) await call(async () => (await act()).kind);
  for (const act of locks) await call(async () => ((await act()) ? 'done' : 'notLeader'));
}

/** Two who want to lead, whose locks run out in the middle of the work, and an operator who changes everything all the time. */
async function wildSale(): Promise<void> {
  const sale = await openSale('wild', { maxBooking: '4', bookingLockTTLSeconds: '2' }, 2);
  const { keys, recorder, random } = sale;
  const stop = new AbortController();
  const lock = createLockStore({ redis: connect(), keys });
  const leaders = [0, 1].map(async () => {
    const leader = connectLeader(keys);
    while (!stop.signal.aborted) {
      const token = randomUUID();
      if (await lock.acquire(token, 60)) {
        await lead({ ...leader, token, ttlMs: 60, signal: stop.signal, renews: random() < 0.3 }).catch(() => false);
        await sleep(40);
        await goOnLeading(leader, token, recorder).catch(() => {});
      }
      await sleep(5);
    }
  });
  const settings = createSettingsStore({ redis: connect(), keys });
  const operator = (async () => {
    while (!stop.signal.aborted) {
      const { orders } = await sale.line.readProgress();
      const values = {
        maxBooking: String(Math.floor(random() * 7)),
        newBookingsPerMinute: random() < 0.3 ? '60' : '0',
        admissions: random() < 0.2 ? 'paused' : random() < 0.1 ? 'closed' : 'open',
        ticketStock: random() < 0.3 ? String(orders + 2) : '0',
      };
      const ask = async () => {
        await settings.save(values);
        return { code: 200 };
      };
      await recorder.call({ visitor: '', what: 'settings', values }, ask).catch(() => {});
      await sleep(60 + random() * 120);
    }
  })();
  await receive(sale, 4);
  stop.abort();
  await Promise.all([...leaders, operator]);
  await recorder.end();
}

/** Redis comes back with less than it had. Test device: the keys are put back as they were. */
async function lossySale(): Promise<void> {
  const keys = eventKeys('lossy');
  const redis = connect();
  const token = randomUUID();
  await redis.set(keys.lock, token, 'PX', 30_000);
  const sale = await openSale('lossy', { maxBooking: '2' }, 3);
  const { recorder, line } = sale;
  const client = createClient({ redis, keys, recorder });
  const ids = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${index}`);
  const admit = () => line.admit({ token, limit: 50, absentAfterMs: 60_000, dueNumber: 0 });
  await line.setGate({ token, isOpen: true, reason: 'ready', isMemoryFull: false, dueNumber: 0 });

  for (const id of ids('kept', 8)) await client.join(id);
  const kept = Object.values(keys).filter((key) => key !== keys.settings);
  const dumps = await Promise.all(kept.map((key) => redis.dumpBuffer(key)));

  const tickets = new Map<string, number>();
  for (const id of ids('lost', 6)) tickets.set(id, (await client.join(id)).number ?? 0);
  await client.leave('lost-2');
  await client.confirm('kept-0', '"lost"');
  await admit();
  const seen = await line.readProgress();
  await sleep(60);

  const loss = redis.multi().del(...kept);
  for (const [index, dump] of dumps.entries()) {
    const key = kept[index];
    if (dump && key !== undefined) loss.restore(key, 0, dump);
  }
  await loss.exec();
  await sleep(60);
  const ask = {
    token,
    runId: await readRunId(redis, keys.counters),
    tailSeen: seen.tail,
    seqSeen: seen.seq,
    vipTailSeen: 0,
  };
  for (let left = 1, calls = 0; left > 0 && calls < 20; calls += 1) {
    const outcome = await line.recover(ask);
    left = outcome.kind === 'done' ? outcome.left : 0;
  }
  await sleep(60);
  for (const id of ids('new', 4)) await client.join(id);
  await Promise.all(
    [...tickets].map(async ([id, ticket]) => {
      if (id === 'lost-2') return;
      await client.restore(id, ticket, 0);
      await client.join(id, { ticket });
    }),
  );
  // A ticket of one who was not lost, and one of nobody.
  await client.restore('kept-5', 6, 0);
  await client.restore('stranger', 3, 0);
  await client.confirm('kept-0', '"kept"');
  for (let round = 0; round < 20; round += 1) {
    for (const id of [...ids('kept', 8), ...tickets.keys(), ...ids('new', 4)]) {
      const { status } = await client.status(id);
      if (status === 'booked') await client.confirm(id, JSON.stringify({ id }));
    }
    await admit();
  }
  await recorder.end();
}

await Promise.all([steadySale(), wildSale(), lossySale()]);
for (const redis of connections) redis.disconnect();
