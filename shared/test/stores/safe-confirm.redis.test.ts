import { pino } from 'pino';
import t, { type Test } from 'tap';
import { connectRedis, waitForRedis } from '../../redis/connect.ts';
import { eventKeys } from '../../stores/keys.ts';
import { createSafeConfirm } from '../../stores/line/safe-confirm.ts';
import { createLineStore } from '../../stores/line/store.ts';
import { startTestRedis } from '../../testing/redis-server.ts';

const keys = eventKeys('default');
const logger = pino({ level: 'silent' });
/** Long for a replica that answers at once, on a busy machine too; short for one that is held. */
const longMs = 8000;
const shortMs = 200;

async function openPair(t: Test) {
  const master = await startTestRedis(t);
  const replica = await startTestRedis(t, { args: ['--replicaof', `127.0.0.1 ${master.port}`] });
  const redis = master.connect();
  while (!/state=online/.test(await redis.info('replication'))) await new Promise((resolve) => setTimeout(resolve, 20));
  await redis.sadd(keys.booked, 'a', 'b', 'c');
  const open = async (waitMs: number, replicas = 1) => {
    const own = connectRedis({
      ...{ url: master.url, profile: 'request', name: 'confirms', logger, commandTimeoutMs: longMs + 1000 },
    });
    t.after(() => own.disconnect());
    await waitForRedis(own);
    return createSafeConfirm({ redis: own, keys, replicas, waitMs });
  };
  // A server that is stopped takes nothing in and acknowledges nothing.
  const hold = () => process.kill(replica.pid() ?? 0, 'SIGSTOP');
  const release = () => process.kill(replica.pid() ?? 0, 'SIGCONT');
  t.after(release);
  return { open, hold, release, replica: replica.connect(), line: createLineStore({ redis, keys }) };
}

t.test('safe confirm: told once the replicas hold the order', async (t) => {
  const { open, replica } = await openPair(t);
  const { confirm } = await open(longMs);
  t.match(await confirm('a', '"one"'), { kind: 'confirmed', order: '"one"' });
  t.equal(await replica.hget(keys.confirmed, 'a'), '"one"');
  const both = await Promise.all([confirm('b', '"two"'), confirm('c', '"three"')]);
  t.match(both, [{ kind: 'confirmed' }, { kind: 'confirmed' }], 'many with one wait');
  t.match(await confirm('nobody', '"x"'), { kind: 'notBooked' }, 'a refusal waits for nobody');
});

t.test('safe confirm: a replica that does not answer leaves the order unsafe, and the same', async (t) => {
  const { open, hold, release, replica, line } = await openPair(t);
  const [one, other, patient] = [await open(shortMs), await open(shortMs), await open(longMs)];
  hold();
  t.match(await one.confirm('a', '"one"'), { kind: 'notSafe' });
  t.match(await line.readStanding('a'), { kind: 'confirmed', order: '"one"' }, 'it stands');
  t.match(await other.confirm('a', '"another"'), { kind: 'notSafe' }, 'asked by a process that had written nothing');
  t.match(await one.confirm('b', '"two"'), { kind: 'notSafe' });
  release();
  t.match(
    await patient.confirm('a', '"another"'),
    { kind: 'confirmed', order: '"one"', isNew: false },
    'asked again: the same order, and safe',
  );
  t.equal(await replica.hget(keys.confirmed, 'a'), '"one"');
});

t.test('safe confirm: more replicas than there are is never safe', async (t) => {
  const { open } = await openPair(t);
  const { confirm } = await open(shortMs, 2);
  t.match(await confirm('a', '"one"'), { kind: 'notSafe' });
});
