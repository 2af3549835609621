import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import t from 'tap';
import { type EventKeys, eventKeys } from '../../stores/keys.ts';
import { isVipNumber } from '../../stores/line/numbers.ts';
import { createLineStore, type JoinOutcome, type LineStore } from '../../stores/line/store.ts';
import { createSettingsStore, type SettingsStore } from '../../stores/settings/store.ts';
import { startTestRedis } from '../../testing/redis-server.ts';
import { effectiveShare, findViolations } from './laws.ts';
import { type LineData, readLineData } from './line-data.ts';
import {
  createLineModel,
  type LineModel,
  type ModelJoin,
  type ModelSettings,
  modelDefaults,
  type Total,
} from './model.ts';

/**
 * Random interleavings of everything that can happen to the line, on a real Redis, against the model. `LAWS_RUNS` sets the
 * number of runs and `LAWS_SEED` where they begin, for long runs; `npm test` always does the same ones.
 */
const numRuns = Number(process.env.LAWS_RUNS ?? 120);
const seed = Number(process.env.LAWS_SEED ?? 20261122);

/** Few ids, so that they meet each other and come back. */
const visitorIds = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay', 'gus', 'hal', 'ida', 'joe'];
const token = 'leader';
/** Far longer than a run: only the test's own devices let time pass. */
const absentAfterMs = 3_600_000;
const longAgoMs = 1;
/** Rounds of a bounded call that is repeated until nothing is left. */
const maxRounds = 200;

type Real = {
  redis: Redis;
  keys: EventKeys;
  line: LineStore;
  settings: SettingsStore;
  highestMaxBooking: number;
  vipShare: { least: number; most: number };
};
type Command = fc.AsyncCommand<LineModel, Real>;

function assertEqual(got: unknown, wanted: unknown, words: string): void {
  const [gotText, wantedText] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (gotText !== wantedText) throw new Error(`${words}: Redis says ${gotText}, the model ${wantedText}`);
}

const byKey = <T>(entries: Iterable<[string, T]>) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
const sorted = (ids: Iterable<string>) => [...ids].sort();

/** After every command: the whole state of the line is what the model says, and the laws hold. */
async function compare(model: LineModel, real: Real): Promise<void> {
  const data = await readLineData(real.redis, real.keys);
  const violations = findViolations(data, { maxBooking: real.highestMaxBooking, vipShare: real.vipShare });
  if (violations.length > 0) throw new Error(violations.join('\n'));
  assertEqual(byKey(lineOf(data)), byKey(model.line), 'line');
  assertEqual(byKey(data.aside), byKey(model.aside), 'aside');
  assertEqual(sorted(data.back), sorted(model.back), 'back from aside');
  const places = [...model.booked].map(([id, place]): [string, number] => [id, place.number]);
  assertEqual(byKey(data.places), byKey(places), 'booked');
  assertEqual(sorted(data.confirmed), sorted(model.confirmed.keys()), 'confirmed');
  const outcomes = [...model.ended].map(([id, ended]): [string, string] => [id, ended.outcome]);
  assertEqual(byKey(data.outcomes), byKey(outcomes), 'outcomes');
  const { public: own, vip } = model.lines;
  for (const [name, value] of Object.entries({
    tail: own.tail,
    head: own.head,
    vipTail: vip.tail,
    vipHead: vip.head,
    vipCredit: model.credit(),
  })) {
    assertEqual(data.counters.get(name) ?? 0, value, name);
  }
  for (const name of Object.keys(model.count) as Total[]) {
    assertEqual(data.counters.get(name) ?? 0, model.count[name], `total of ${name}`);
  }
}

function lineOf(data: LineData): [string, number][] {
  return [...data.queued].map((id) => [id, data.tickets.get(id) ?? 0]);
}

/** A command that does the same to both and compares answers and states. */
function command(words: string, act: (model: LineModel, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    async run(model, real) {
      await act(model, real);
      await compare(model, real);
    },
    toString: () => words,
  };
}

function withoutTimes(outcome: JoinOutcome): ModelJoin {
  switch (outcome.kind) {
    case 'joined':
    case 'waiting':
    case 'aside':
      return { kind: outcome.kind, number: outcome.number };
    case 'booked':
      return { kind: 'booked', number: outcome.number, isNew: outcome.isNew };
    case 'ended':
      return { kind: 'ended', outcome: outcome.outcome, number: outcome.number };
    case 'notReady':
      throw new Error('joins wait for a recovery that nobody asked for');
    default:
      return { kind: outcome.kind };
  }
}

const anyId = fc.constantFrom(...visitorIds);

/** Mostly somebody who is where the command matters, else anybody: chosen when the command runs. */
type Choice = { id: string; nth: number; isAnybody: boolean };
const choice: fc.Arbitrary<Choice> = fc.record({
  id: anyId,
  nth: fc.nat(1000),
  isAnybody: fc.constantFrom(true, false, false),
});
function choose({ id, nth, isAnybody }: Choice, from: Iterable<string>): string {
  const ids = sorted(from);
  return isAnybody ? id : (ids[nth % ids.length] ?? id);
}
const say = ({ id, nth, isAnybody }: Choice) => (isAnybody ? id : `no. ${nth}`);

const someIds = fc.array(anyId, { minLength: 1, maxLength: 5 });
const many = <T>(value: T, times: number): T[] => Array<T>(times).fill(value);
const anyLimit = fc.constantFrom(1, 2, 3, 1000);

const join = fc
  .array(
    fc.record({ visitorId: anyId, again: fc.constantFrom(true, true, false), isVip: fc.constantFrom(true, false) }),
    { minLength: 1, maxLength: 4 },
  )
  .map((requests) =>
    command(`join ${JSON.stringify(requests)}`, async (model, { line }) => {
      const got = await line.join(requests);
      assertEqual(got.map(withoutTimes), model.join(requests), 'join');
    }),
  );

const leave = choice.map((who) =>
  command(`leave ${say(who)}`, async (model, { line }) => {
    const id = choose(who, [...model.line.keys(), ...model.aside.keys()]);
    assertEqual((await line.leave(id)).kind, model.leave(id), 'leave');
  }),
);

const confirm = choice.map((who) =>
  command(`confirm ${say(who)}`, async (model, { line }) => {
    const id = choose(who, model.booked.keys());
    const order = JSON.stringify({ order: randomUUID() });
    const got = await line.confirm(id, order);
    const told = got.kind === 'confirmed' ? { kind: got.kind, order: got.order, isNew: got.isNew } : got;
    assertEqual(told, model.confirm(id, order), 'confirm');
  }),
);

const cancel = choice.map((who) =>
  command(`cancel ${say(who)}`, async (model, { line }) => {
    const id = choose(who, model.booked.keys());
    const got = await line.cancel(id);
    const told = got.kind === 'cancelled' ? { kind: got.kind, isNew: got.isNew } : got;
    assertEqual(told, model.cancel(id), 'cancel');
  }),
);

const renew = fc.tuple(fc.uniqueArray(anyId, { maxLength: 2 }), choice).map(([others, who]) =>
  command(`renew ${others} ${say(who)}`, async (model, { line }) => {
    const ids = [...new Set([...others, choose(who, model.booked.keys())])];
    assertEqual(await line.renew(ids), model.renew(ids), 'renew');
  }),
);

const revoke = choice.map((who) =>
  command(`revoke ${say(who)}`, async (model, { line }) => {
    const id = choose(who, [...model.line.keys(), ...model.aside.keys(), ...model.booked.keys()]);
    const got = await line.revoke(id);
    assertEqual(got.kind === 'revoked' ? got.from : 'none', model.revoke(id), 'revoke');
  }),
);

const noteSigns = fc.tuple(someIds, choice).map(([others, who]) =>
  command(`note signs of ${others} ${say(who)}`, async (model, { line }) => {
    const ids = [...others, choose(who, model.aside.keys())];
    await line.noteSigns(ids);
    model.noteSigns(ids);
  }),
);

const setGate = fc
  .record({
    isOpen: fc.constantFrom(...many(true, 8), false),
    isMemoryFull: fc.constantFrom(...many(false, 8), true),
    dueNumber: fc.integer({ min: 0, max: 30 }),
    vipDueNumber: fc.integer({ min: 0, max: 10 }),
  })
  .map((gate) =>
    command(`set gate ${JSON.stringify(gate)}`, async (model, { line, redis, keys }) => {
      // Test device: a machine that stalled for 5 s between two commands must not look like an outage.
      await redis.hdel(keys.counters, 'tickAtMs');
      assertEqual((await line.setGate({ token, reason: 'test', ...gate })).kind, 'done', 'set gate');
      Object.assign(model.gate, gate);
    }),
  );

const anyDueNumber = fc.constantFrom(0, 0, 3, 10, 100);
const admit = fc
  .record({ limit: anyLimit, dueNumber: anyDueNumber, vipDueNumber: anyDueNumber })
  .map(({ limit, dueNumber, vipDueNumber }) =>
    command(`admit by ${limit}, absent up to ${dueNumber} and ${vipDueNumber}`, async (model, { line }) => {
      const got = { admitted: 0, aside: 0 };
      let isMore = true;
      for (let round = 0; isMore; round += 1) {
        if (round > maxRounds) throw new Error('admit finds more for ever');
        const outcome = await line.admit({ token, limit, absentAfterMs, dueNumber, vipDueNumber });
        if (outcome.kind === 'notLeader') throw new Error('admit refuses the leader');
        got.admitted += outcome.admitted;
        got.aside += outcome.aside;
        isMore = outcome.isMore;
      }
      assertEqual(got, model.admit(dueNumber, vipDueNumber), 'admit');
      const { head, vip } = await line.readProgress();
      if (!model.dropDead('public', head)) throw new Error(`admit popped somebody alive: head ${head}`);
      if (!model.dropDead('vip', vip.head)) throw new Error(`admit popped a VIP alive: head ${vip.head}`);
    }),
  );

const moveToVip = choice.map((who) =>
  command(`${say(who)} becomes a VIP`, async (model, { line }) => {
    const id = choose(who, model.line.keys());
    const { kind, ...rest } = await line.moveToVip(id);
    const got = 'number' in rest ? { kind, number: rest.number } : { kind };
    assertEqual(got, model.moveToVip(id), 'move to the VIP line');
  }),
);

const endPlaces = anyLimit.map((limit) =>
  command(`end places by ${limit}`, async (model, { line }) => {
    let ended = 0;
    let isMore = true;
    for (let round = 0; isMore; round += 1) {
      if (round > maxRounds) throw new Error('end places finds more for ever');
      const outcome = await line.endPlaces({ token, limit });
      if (outcome.kind === 'notLeader') throw new Error('end places refuses the leader');
      ended += outcome.ended;
      isMore = outcome.isMore;
    }
    assertEqual(ended, model.endPlaces(), 'end places');
  }),
);

const overdue = fc.array(choice, { minLength: 1, maxLength: 3 }).map((choices) =>
  command(`the time of ${choices.map(say)} is over`, async (model, { redis, keys }) => {
    for (const who of choices) {
      const id = choose(who, model.booked.keys());
      const place = model.booked.get(id);
      if (!place) continue;
      // Test device: the end of a place is put into the past instead of waiting for it.
      await redis.zadd(keys.leases, longAgoMs, id);
      place.isOverdue = true;
    }
  }),
);

const silence = fc.array(choice, { minLength: 1, maxLength: 3 }).map((choices) =>
  command(`${choices.map(say)} are silent`, async (model, { redis, keys }) => {
    for (const who of choices) {
      const id = choose(who, model.aside.keys());
      if (!model.aside.has(id)) continue;
      // Test device: the last sign of life is put into the past instead of waiting for it.
      await redis.zadd(keys.present, longAgoMs, id);
      model.silent.add(id);
    }
  }),
);

const changeSettings: fc.Arbitrary<Command> = fc
  .record(
    {
      maxBooking: fc.constantFrom(0, 1, 2, 3, 4, 5),
      admissions: fc.constantFrom<ModelSettings['admissions'][]>(...many('open' as const, 8), 'paused', 'closed'),
      ticketStock: fc.constantFrom(...many(0, 5), 1, 4, 8),
      maxQueue: fc.constantFrom(...many(0, 4), 2, 5),
      newBookingsPerMinute: fc.constantFrom<(0 | 1)[]>(...many(0 as const, 8), 1),
      leaseMinutes: fc.constantFrom(0, 10),
      vipSharePercent: fc.constantFrom(0, 30, 50, 90),
    },
    { requiredKeys: [] },
  )
  .map((changed) =>
    command(`settings ${JSON.stringify(changed)}`, async (model, real) => {
      const values = Object.fromEntries(Object.entries(changed).map(([name, value]) => [name, String(value)]));
      assertEqual((await real.settings.save(values)).kind, 'saved', 'settings');
      Object.assign(model.settings, changed);
      real.highestMaxBooking = Math.max(real.highestMaxBooking, model.settings.maxBooking);
      const { least, most } = effectiveShare(model.settings.vipSharePercent);
      real.vipShare = { least: Math.min(real.vipShare.least, least), most: Math.max(real.vipShare.most, most) };
    }),
  );

const wrongToken = fc.constant(
  command('a leader of the past', async (_model, { line }) => {
    const past = 'replaced';
    const outcomes = await Promise.all([
      line.admit({ token: past, limit: 1000, absentAfterMs, dueNumber: 100 }),
      line.endPlaces({ token: past, limit: 1000 }),
      line.setGate({ token: past, isOpen: true, reason: 'past', isMemoryFull: false, dueNumber: 0 }),
      line.trim({ token: past, cursor: '0', limit: 1000 }),
    ]);
    for (const outcome of outcomes) assertEqual(outcome.kind, 'notLeader', 'a leader of the past');
  }),
);

const trim = fc.constant(
  command('trim', async (_model, { line }) => {
    const outcome = await line.trim({ token, cursor: '0', limit: 1000 });
    assertEqual(outcome, { kind: 'done', cursor: '0', trimmed: 0 }, 'trim');
  }),
);

const readStanding = anyId.map((id) =>
  command(`standing of ${id}`, async (model, { line }) => {
    const got = await line.readStanding(id);
    const rank = sorted(model.aside.keys()).filter(
      (other) =>
        (model.aside.get(other) ?? 0) <= (model.aside.get(id) ?? 0) &&
        isVipNumber(model.aside.get(other) ?? 0) === isVipNumber(model.aside.get(id) ?? 0),
    ).length;
    const ended = model.ended.get(id);
    if (model.confirmed.has(id)) assertEqual(got.kind, 'confirmed', 'standing');
    else if (model.booked.has(id)) {
      const { number, isClaimed } = got.kind === 'booked' ? got : { number: 0, isClaimed: false };
      const place = model.booked.get(id);
      assertEqual([got.kind, number, isClaimed], ['booked', place?.number, place?.isClaimed], 'standing');
    } else if (model.line.has(id)) {
      assertEqual([got.kind, 'number' in got && got.number], ['waiting', model.line.get(id)], 'standing');
    } else if (model.aside.has(id)) {
      assertEqual([got.kind, 'rank' in got && got.rank], ['aside', rank], 'standing');
    } else if (ended) {
      assertEqual([got.kind, 'outcome' in got && got.outcome], ['ended', ended.outcome], 'standing');
    } else assertEqual(got.kind, 'none', 'standing');
  }),
);

const commands = [
  ...[join, join, join, join, admit, admit, admit, endPlaces, endPlaces, setGate],
  ...[leave, confirm, confirm, cancel, renew, revoke, noteSigns, moveToVip],
  ...[overdue, overdue, silence, changeSettings, wrongToken, trim, readStanding],
];

t.test('line: agrees with the model under random interleavings', async (t) => {
  const server = await startTestRedis(t, { args: ['--appendonly', 'no'] });
  const redis = server.connect();
  const keys = eventKeys('default');
  const line = createLineStore({ redis, keys });
  const settings = createSettingsStore({ redis, keys });

  const start = async (): Promise<{ model: LineModel; real: Real }> => {
    await redis.flushall();
    const values = Object.fromEntries(Object.entries(modelDefaults).map(([name, value]) => [name, String(value)]));
    // The oldest word of the gate that counts is as long as the lock lives: a minute is longer than a run.
    await settings.save({ ...values, bookingLockTTLSeconds: '60' });
    // Test device: the test leads for as long as it likes.
    await redis.set(keys.lock, token);
    await line.setGate({ token, isOpen: true, reason: 'test', isMemoryFull: false, dueNumber: 0 });
    const model = createLineModel();
    model.gate.isOpen = true;
    return {
      model,
      real: { redis, keys, line, settings, highestMaxBooking: modelDefaults.maxBooking, vipShare: effectiveShare(0) },
    };
  };

  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 80, size: 'max' }), async (cmds) => {
      const { model, real } = await start();
      await fc.asyncModelRun(() => ({ model, real }), cmds);
    }),
    { numRuns, seed, endOnFailure: false },
  );
  t.pass(`${numRuns} runs from seed ${seed}`);
});
