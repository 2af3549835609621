import { setTimeout as sleep } from 'node:timers/promises';
import { findSettingProblem, type SettingField, settingFields } from '@fairline/shared/contracts/settings.ts';
import { sharedKeys } from '@fairline/shared/stores/keys.ts';
import type fc from 'fast-check';
import type { ChainableCommander } from 'ioredis';
import { bodyRequests, consoleRequests } from './inputs/bodies.ts';
import { cookieRequests } from './inputs/cookies.ts';
import { framedBytes } from './inputs/framing.ts';
import { headerRequests } from './inputs/headers.ts';
import { type ForgedChange, forgedChanges, type RedisType, visitorRecords, wrongTypes } from './inputs/redis-data.ts';
import { boastfulReport, type WrittenReport, writtenReports } from './inputs/reports.ts';
import { toRequest } from './inputs/request.ts';
import { type TypedSettings, typedSettings } from './inputs/settings.ts';
import { targetRequests } from './inputs/targets.ts';
import { findAnswerProblem, type Leniency } from './judge-answer.ts';
import type { Exchange, Patience } from './raw-exchange.ts';
import type { Traps } from './traps.ts';
import type { World } from './world.ts';

export type Stage = { world: World; traps: Traps };

/** One kind of input: what it may be, and what is wrong once the system got one of them. */
export type Kind<Input = unknown> = {
  name: string;
  what: string;
  /** Of all inputs of a run, by parts: cheap ones are many. */
  share: number;
  input: fc.Arbitrary<Input>;
  /** How many inputs are in one; default: one. */
  countOf?(input: Input): number;
  /** Gives the input to the system and tells what is wrong afterwards. */
  check(stage: Stage, input: Input): Promise<string | undefined>;
  /** After the last of them. */
  settle?(stage: Stage): Promise<string | undefined>;
  /** Lines in the log that have to be: what the input did is an operator's business. */
  mayLog?: RegExp;
};

const whole: Patience = { giveUpAfterMs: 20_000 };
const maybeCut: Patience = { halfCloseAfterMs: 100, giveUpAfterMs: 20_000 };
const lookMs = 1200;
const askedPerLook = 40;
/** Of a room with two instances of ours and one that boasts: more than the half would be more than it can be worth. */
const maxStolenRatio = 0.6;

function requestKind(
  name: string,
  what: string,
  share: number,
  input: fc.Arbitrary<string>,
  patience = whole,
  leniency: Leniency = {},
): Kind<string> {
  return {
    ...{ name, what, share, input },
    check: async ({ world }, text) => findAnswerProblem(await world.send(text, patience), leniency),
  };
}

const page = (path: string, cookie?: string) =>
  toRequest(`GET ${path}`, [['Accept', 'text/html'], ...(cookie ? [['Cookie', `visitor_id=${cookie}`] as const] : [])]);
/** One request of each sort that a key of ours has a part in. */
const everyday: readonly string[] = [
  page('/'),
  page('/ticketing', '{new}'),
  page('/ticketing', '{booked}'),
  toRequest(
    'POST /apply',
    [
      ['Accept', 'application/json'],
      ['Cookie', 'visitor_id={new}'],
    ],
    '',
  ),
  toRequest('GET /queue/status', [['Cookie', 'visitor_id={cookie}']]),
  toRequest('GET /api/booking', [
    ['Accept', 'application/json'],
    ['Cookie', 'visitor_id={booked}'],
  ]),
  toRequest(
    'POST /queue/leave',
    [
      ['Accept', 'application/json'],
      ['Cookie', 'visitor_id={new}'],
    ],
    '',
  ),
];
const operators: readonly string[] = [
  ...['overview', 'settings', 'instances', 'audit', 'blocks', 'sale', 'visitors/{cookie:id}'].map(
    (view) => `/system/api/${view}`,
  ),
  ...['', '/settings', '/instances', '/audit', '/blocks', '/sale', '/visitor?id={cookie:id}'].map(
    (view) => `/system${view}`,
  ),
].map((path) =>
  toRequest(`GET ${path}`, [
    ['Accept', path.includes('/api/') ? 'application/json' : 'text/html'],
    ['Cookie', 'fairline_operator={session}'],
  ]),
);

async function askAll({ world }: Stage, requests: readonly string[], leniency?: Leniency): Promise<string | undefined> {
  for (const text of requests) {
    const problem = findAnswerProblem(await world.send(text, whole), leniency);
    if (problem) return `${text.split('\r\n')[0]}: ${problem}`;
  }
  return undefined;
}

const settingsKind: Kind<TypedSettings> = {
  ...{ name: 'settings', what: 'settings and routing rules typed into Redis', share: 4, input: typedSettings },
  async check(stage, { where, fields }) {
    const { system } = stage.world;
    await system.redis.hset(system.keys[where], fields);
    if (where === 'settingsGood') return askAll(stage, everyday.slice(0, 5));
    await system.settings.adopt();
    const good = await system.redis.hgetall(system.keys.settingsGood);
    // A spoiled text of a checked field stays in the copy until a good one is typed; whoever reads it takes the default.
    const judged = (settingFields as readonly SettingField[]).filter(({ kind }) => kind !== 'checked');
    const bad = judged.find((field) => findSettingProblem(field, good[field.name] ?? ''));
    if (bad) return `${bad.name} is in force as ${JSON.stringify(good[bad.name])?.slice(0, 200)}`;
    return askAll(stage, everyday.slice(4, 5));
  },
};

const recordsKind: Kind<Record<string, string>> = {
  ...{ name: 'records', what: 'visitor records written by hand', share: 3, input: visitorRecords },
  async check(stage, fields) {
    const { redis } = stage.world.system;
    for (const who of ['{cookie:id}', '{booked:id}']) {
      await redis.hset(sharedKeys.visitor(stage.world.fill(who)), fields);
    }
    return askAll(stage, [
      ...everyday.slice(4, 6),
      page('/ticketing', '{booked}'),
      operators[6] ?? '',
      operators[13] ?? '',
    ]);
  },
  async settle({ world }) {
    for (const who of ['{cookie:id}', '{booked:id}']) await world.system.redis.del(sharedKeys.visitor(world.fill(who)));
    return undefined;
  },
};

const changesKind: Kind<ForgedChange[]> = {
  ...{ name: 'changes', what: 'forged and malformed entries of `booking:changes`', share: 5, input: forgedChanges },
  countOf: (entries) => entries.length,
  async check(stage, entries) {
    const { redis, keys } = stage.world.system;
    const ids: string[] = [];
    for (const { offset, fields } of entries) {
      const seq = Number((await redis.hget(keys.counters, 'seq')) ?? 0);
      const flat = Object.entries(offset === null ? fields : { seq: String(seq + offset), ...fields }).flat();
      ids.push((await redis.xadd(keys.changes, '*', ...flat.map((word) => stage.world.fill(word)))) ?? '');
    }
    const problem = await askAll(stage, everyday.slice(2, 6));
    // So that the laws can be read from what is left: everybody has seen them by now, or sees the gap.
    await redis.xdel(keys.changes, ...ids);
    return problem;
  },
};

const wrongTypesKind: Kind<{ key: string; type: RedisType }> = {
  ...{ name: 'wrong-types', what: 'keys of ours that are of another type', share: 0.2, input: wrongTypes },
  mayLog: /WRONGTYPE|WRONGKEY/,
  async check(stage, { key, type }) {
    const { redis } = stage.world.system;
    // Of its own type it would be other data, for which no law can answer: then it becomes something else.
    const wrongType = (await redis.type(key)) !== type ? type : type === 'string' ? 'hash' : 'string';
    const aside = `${key}:as-it-was`;
    const wasThere = (await redis.exists(key)) === 1;
    // In one step each: in between the key would be missing, which is a loss of data and no wrong type.
    const exchanged = redis.multi();
    if (wasThere) exchanged.rename(key, aside);
    await writeAs(exchanged, key, wrongType).exec();
    try {
      const problem = await askAll(stage, [...everyday, ...operators]);
      // The leader and the gateways meet it as well.
      await sleep(600);
      return problem ?? (await askAll(stage, everyday));
    } finally {
      const restored = redis.multi().del(key);
      if (wasThere) restored.rename(aside, key);
      await restored.exec();
    }
  },
};

function writeAs(redis: ChainableCommander, key: string, type: RedisType): ChainableCommander {
  if (type === 'string') return redis.set(key, 'x');
  if (type === 'list') return redis.rpush(key, 'x');
  if (type === 'set') return redis.sadd(key, 'x');
  if (type === 'zset') return redis.zadd(key, 1, 'x');
  if (type === 'hash') return redis.hset(key, 'x', 'y');
  return redis.xadd(key, '*', 'x', 'y');
}

async function writeReport({ world, traps }: Stage, { id, fields }: WrittenReport): Promise<void> {
  const { redis } = world.system;
  const key = sharedKeys.instance(id);
  const filled = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, traps.fill(value)]));
  await redis.pipeline().hset(key, filled).pexpire(key, 5000).zadd(sharedKeys.instances, Date.now(), id).exec();
}

const reportsKind: Kind<WrittenReport[]> = {
  ...{ name: 'reports', what: 'reports of instances written by hand', share: 1.5, input: writtenReports },
  countOf: (reports) => reports.length,
  async check(stage, reports) {
    for (const report of reports) await writeReport(stage, report);
    await sleep(lookMs);
    try {
      for (let asked = 0; asked < 10; asked += 1) {
        const problem = findAnswerProblem(await stage.world.send(page('/'), whole), { mayBeForeign: true });
        if (problem) return problem;
      }
      return await askAll(
        stage,
        operators.filter((text) => /overview|instances/.test(text)),
        { mayBeForeign: true },
      );
    } finally {
      await stage.world.system.redis.del(...reports.map(({ id }) => sharedKeys.instance(id)));
      await stage.world.system.redis.zrem(sharedKeys.instances, ...reports.map(({ id }) => id));
    }
  },
  settle: (stage) => checkThief(stage),
};

/** What share of the pages goes to an instance that says of itself that it is the best of all. */
async function checkThief(stage: Stage): Promise<string | undefined> {
  const { world, traps } = stage;
  const before = traps.stolen();
  let asked = 0;
  for (let look = 0; look < 3; look += 1) {
    await writeReport(stage, boastfulReport('booking'));
    await sleep(lookMs);
    for (let index = 0; index < askedPerLook; index += 1) await world.send(page('/'), whole);
    asked += askedPerLook;
  }
  const ratio = (traps.stolen() - before) / asked;
  await world.system.redis.del(sharedKeys.instance(boastfulReport('booking').id));
  await world.system.redis.zrem(sharedKeys.instances, boastfulReport('booking').id);
  return ratio > maxStolenRatio ? `a boastful instance got ${(ratio * 100).toFixed(0)} % of the pages` : undefined;
}

/** All kinds, those first that leave the system as it was. */
export const kinds: readonly Kind<never>[] = [
  requestKind('cookies', 'cookies: cut, altered, of others, huge, several', 20, cookieRequests),
  requestKind(
    'headers',
    'headers: forwarded, hop-by-hop, internal, trace context, ranges, many, huge',
    20,
    headerRequests,
    whole,
    {
      mayBeNoRequest: true,
    },
  ),
  requestKind('framing', 'bytes that are almost HTTP, or not at all', 6, framedBytes, maybeCut, {
    mayBeNoRequest: true,
  }),
  requestKind('targets', 'methods, paths and queries, invitations among them', 16, targetRequests, maybeCut, {
    mayBeNoRequest: true,
  }),
  requestKind('bodies', 'JSON, forms and other bodies of all visitors’ POST routes', 14, bodyRequests),
  requestKind('console', 'operators’ routes with a session, a token, or almost', 14, consoleRequests),
  recordsKind,
  settingsKind,
  changesKind,
  reportsKind,
  wrongTypesKind,
] as unknown as readonly Kind<never>[];

export type { Exchange };
