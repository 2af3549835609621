import { randomUUID } from 'node:crypto';
import t from 'tap';
import { parseSettings, settingFields } from '../../contracts/settings.ts';
import { eventKeys } from '../../stores/keys.ts';
import { createSettingsStore } from '../../stores/settings/store.ts';
import { startTestRedis } from '../../testing/redis-server.ts';

const server = await startTestRedis(t);
const redis = server.connect();
const defaults = parseSettings({});

function openStore() {
  const keys = eventKeys(`e-${randomUUID()}`);
  return { keys, store: createSettingsStore({ redis, keys }) };
}

t.test('first start: the defaults are written, once', async (t) => {
  const { keys, store } = openStore();
  t.match(await store.adopt(), { version: 1, isChanged: true, problems: [] });
  t.match(await store.adopt(), { version: 1, isChanged: false, problems: [] });
  const raw = await store.readRaw();
  for (const field of settingFields) t.equal(raw[field.name], String(field.default), field.name);
  t.same(await store.readGood(), { ...defaults, version: 1 });
  t.equal(await redis.xlen(keys.changes), 1);
});

t.test('what operators wrote before the first start is kept', async (t) => {
  const { keys, store } = openStore();
  await redis.hset(keys.settings, 'maxBooking', '50', 'theirs', 'stays');
  await store.adopt();
  t.match(await store.readRaw(), { maxBooking: '50', visitorTTLMinutes: '10', theirs: 'stays' });
  t.match(await store.readGood(), { maxBooking: 50 });
});

t.test('by hand: a valid value is adopted and announced once', async (t) => {
  const { keys, store } = openStore();
  await store.adopt();
  await redis.hset(keys.settings, 'maxBooking', '7', 'message', '곧 시작합니다');
  t.match(await store.adopt(), { version: 2, isChanged: true, problems: [] });
  await store.adopt();
  t.match(await store.readGood(), { maxBooking: 7, message: '곧 시작합니다', version: 2 });
  const types = (await redis.xrange(keys.changes, '-', '+')).map(([, fields]) => fields[3]);
  t.same(types, ['settings', 'settings', 'message']);
});

t.test('by hand: a bad value leaves the last good one in force, field by field', async (t) => {
  const { keys, store } = openStore();
  await store.save({ maxBooking: '9' });
  const bad: Record<string, string> = {
    maxBooking: 'many',
    leaseMinutes: '-1',
    claimSeconds: '4',
    admissions: 'ajar',
    queueingStatusCode: '500',
    bookingLockTTLSeconds: '5.5',
    ticketStock: '1e3',
    maxQueue: '',
    message: 'x'.repeat(501),
  };
  await redis.hset(keys.settings, { ...bad, visitorTTLMinutes: '20' });
  const { problems } = await store.adopt();
  t.same(problems.map((problem) => problem.field).sort(), Object.keys(bad).sort());
  t.match(
    problems.find((problem) => problem.field === 'maxBooking'),
    { value: 'many', problem: /0–1000000/ },
  );
  t.same(await store.readGood(), { ...defaults, maxBooking: 9, visitorTTLMinutes: 20, version: 2 });
  t.match(await store.readRaw(), { maxBooking: 'many' }, 'what was typed stays as it was');
});

t.test('by hand: script and contract agree on what is valid', async (t) => {
  const { keys, store } = openStore();
  await store.adopt();
  const values = [
    '0',
    '1',
    '5',
    '60',
    '61',
    '1000000',
    '1000001',
    '007',
    '+5',
    ' 5',
    '5 ',
    '0x10',
    '9999999999',
    'open',
  ];
  values.push('GET -> pool 2', 'GET -> pool none', '# nothing');
  values.push('', 'paused', 'a|b', '|', '200', 'x\u0007', 'two\nlines', '한'.repeat(500), '한'.repeat(501));
  for (const field of settingFields) {
    for (const value of values) {
      await redis.hset(keys.settings, field.name, value);
      const { problems } = await store.adopt();
      const saved = await store.save({ [field.name]: value });
      t.equal(problems.length === 0, saved.kind === 'saved', `${field.name} ${JSON.stringify(value.slice(0, 20))}`);
      await store.save({ [field.name]: String(field.default) });
    }
  }
});

t.test('by hand: rules that are good are adopted, bad ones refused with their place', async (t) => {
  const { keys, store } = openStore();
  await store.adopt();
  await redis.hset(keys.settings, 'routingRules', 'tier suspect -> pool 2');
  t.match(await store.adopt(), { version: 2, problems: [] });
  t.match(await store.readGood(), { routingRules: 'tier suspect -> pool 2' });
  await redis.hset(keys.settings, 'routingRules', 'tier gold -> pool 2');
  t.match(await store.adopt(), {
    version: 2,
    problems: [{ field: 'routingRules', value: 'tier gold -> pool 2', problem: /line 1, column 6: "gold" is no tier/ }],
  });
  t.match(await store.readGood(), { routingRules: 'tier suspect -> pool 2' });
  t.match(await store.save({ maxBooking: '4' }), { kind: 'saved' }, 'a bad rule does not stand in the way of others');
});

t.test('by hand: rules written between reading and adopting wait for the next time, and are no problem', async (t) => {
  const { keys, store } = openStore();
  await store.adopt();
  // Takes the place of a second writer: what was read a moment ago is out of date when the script runs.
  const late = createSettingsStore({
    keys,
    redis: new Proxy(redis, {
      get: (target, name) => {
        if (name !== 'hget') return Reflect.get(target, name, target);
        return async (...args: [string, string]) => {
          const before = await target.hget(...args);
          await target.hset(keys.settings, 'routingRules', 'GET -> priority low');
          return before;
        };
      },
    }),
  });
  t.match(await late.adopt(), { isChanged: false, problems: [] });
  t.match(await store.readGood(), { routingRules: '' });
  t.match(await store.adopt(), { isChanged: true, problems: [] });
  t.match(await store.readGood(), { routingRules: 'GET -> priority low' });
});

t.test('save: one bad value refuses all and writes nothing', async (t) => {
  const { keys, store } = openStore();
  await store.adopt();
  const before = await redis.hgetall(keys.settings);
  const outcome = await store.save({ maxBooking: '5', claimSeconds: '1', colour: 'red' });
  t.match(outcome, {
    kind: 'refused',
    problems: [
      { field: 'claimSeconds', value: '1', problem: 'must be a whole number 5–3600' },
      { field: 'colour', value: 'red', problem: 'is not a setting' },
    ],
  });
  t.same(await redis.hgetall(keys.settings), before);
  t.match(await store.readGood(), { maxBooking: 3, version: 1 });
});

t.test('by hand in the copy in force: a spoiled field counts as its default until it is put back', async (t) => {
  const { keys, store } = openStore();
  await store.save({ leaseMinutes: '20', message: 'hello' });
  await redis.hset(keys.settingsGood, {
    leaseMinutes: 'abc',
    admissions: 'OPEN',
    routingRules: ', pool',
    version: 'x',
  });
  t.match(await store.readGood(), {
    leaseMinutes: 10,
    admissions: 'open',
    routingRules: '',
    message: 'hello',
    version: 0,
  });
  await store.adopt();
  t.match(await store.readGood(), { leaseMinutes: 20, admissions: 'open', routingRules: '' });
});

t.test(
  'by hand in both: a spoiled field in force does not stay in force because the wished one is bad too',
  async (t) => {
    const { keys, store } = openStore();
    await store.save({ maxBooking: '7' });
    await redis.hset(keys.settings, 'maxBooking', 'lots');
    await redis.hset(keys.settingsGood, 'maxBooking', '__proto__');
    t.match(await store.adopt(), { problems: [{ field: 'maxBooking', value: 'lots' }] });
    t.match(await redis.hget(keys.settingsGood, 'maxBooking'), '3');
  },
);

t.test('a settings key of another type refuses the call; what is in force stays', async (t) => {
  const { keys, store } = openStore();
  await store.save({ maxBooking: '8' });
  await redis.del(keys.settings);
  await redis.set(keys.settings, 'oops');
  await t.rejects(store.adopt(), /WRONGKEY .*settings holds a string/);
  t.match(await store.readGood(), { maxBooking: 8 });
  await redis.del(keys.settings);
  await store.adopt();
  t.match(await store.readRaw(), { maxBooking: '8' }, 'a deleted key is written again from what is in force');
});

t.end();
