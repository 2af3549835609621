import { createWriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import type { Redis } from 'ioredis';
import type { AnsweredRecord, AskedRecord, ChangeRecord, HistoryRecord, LookRecord, StateRecord } from './records.ts';

type Asked = Omit<AskedRecord, 'kind' | 'call' | 'atMs'>;
type Told = Omit<AnsweredRecord, 'kind' | 'call' | 'atMs'>;

export type Recorder = {
  note(record: HistoryRecord): void;
  /** Notes what a client asks, and what it is told when that is known; a rejection is no answer. */
  call<T extends Told>(asked: Asked, ask: () => Promise<T>): Promise<T>;
  /** All notes so far, also those of the file. */
  history: readonly HistoryRecord[];
  /** Takes the last look, with all of the keys, and ends. Rejects when Redis does not answer within 10 s. */
  end(): Promise<void>;
};

const timerMs = 50;
const noteLateMs = 250;
const answerTimeoutMs = 1000;
const lastLookMs = 10_000;
const pageSize = 5000;

/**
 * Writes a history to `file`. Every `lookEveryMs` one transaction reads the new entries of the stream, the counts, and now and
 * then all of the keys, so that these agree with each other to the entry. When the newest entry it knows is not there any more,
 * Redis came back with less: a new epoch.
 */
export function startRecorder({
  redis,
  keys,
  file,
  lookEveryMs = 40,
  stateEveryMs = 1000,
}: {
  /** Of its own, straight to the server; it may go away and come back. */
  redis: Redis;
  keys: EventKeys;
  file: string;
  lookEveryMs?: number;
  /** Looks with everything are dearer. */
  stateEveryMs?: number;
}): Recorder {
  const history: HistoryRecord[] = [];
  const stream = createWriteStream(file);
  const streamIds: string[] = [];
  let calls = 0;
  let isEnding = false;
  let stateAtMs = Number.NEGATIVE_INFINITY;

  const note = (record: HistoryRecord) => {
    history.push(record);
    stream.write(`${JSON.stringify(record)}\n`);
  };

  async function look(isFull: boolean): Promise<'seen' | 'more'> {
    const lastId = streamIds.at(-1) ?? '0-0';
    const transaction = redis
      .multi()
      .time()
      .xrange(keys.changes, lastId, lastId)
      .xrange(keys.changes, `(${lastId}`, '+', 'COUNT', pageSize)
      .get(keys.lock)
      .scard(keys.booked)
      .scard(keys.queued)
      .zcard(keys.aside)
      .zcard(keys.returned)
      .zrange(keys.returned, '0', '0', 'WITHSCORES')
      .hlen(keys.confirmed)
      .llen(keys.list)
      .hgetall(keys.settingsGood)
      .hgetall(keys.gate)
      .hgetall(keys.counters);
    if (isFull) readState(transaction, keys);
    const replies = await withTimeout(transaction.exec(), answerTimeoutMs);
    const values = (replies ?? []).map(([error, value]) => {
      if (error) throw error;
      return value;
    });
    const [time, known, added] = values as [[string, string], Entry[], Entry[]];
    const atMs = Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000);
    if (streamIds.length > 0 && known.length === 0) {
      await noteEpoch(atMs);
      return 'more';
    }
    for (const entry of added) {
      streamIds.push(entry[0]);
      note(parseEntry(entry));
    }
    // A look tells of the moment after the entries before it: of a page that is cut it would tell too much.
    if (added.length === pageSize) return 'more';
    const lookRecord = parseLook(atMs, values.slice(3));
    note(lookRecord);
    if (isFull) note(parseState(atMs, lookRecord.counters.seq ?? 0, values.slice(14)));
    return 'seen';
  }

  async function noteEpoch(atMs: number): Promise<void> {
    const all = await withTimeout(redis.xrange(keys.changes, '-', '+'), answerTimeoutMs);
    const kept = new Set(all.map(([id]) => id));
    const keptCount = streamIds.findLastIndex((id) => kept.has(id)) + 1;
    const lost = streamIds.length - keptCount;
    streamIds.length = keptCount;
    note({ kind: 'epoch', atMs, keptStreamId: streamIds.at(-1) ?? '0-0', lost });
  }

  async function lookOn(): Promise<void> {
    while (!isEnding) {
      const startedAtMs = performance.now();
      const isFull = startedAtMs - stateAtMs >= stateEveryMs;
      try {
        const outcome = await look(isFull);
        if (outcome === 'more') continue;
        if (isFull) stateAtMs = startedAtMs;
      } catch {
        // Away: the next look tells for how long.
      }
      await sleep(Math.max(1, lookEveryMs - (performance.now() - startedAtMs)));
    }
  }
  const looking = lookOn();

  let dueMs = performance.now() + timerMs;
  const timer = setInterval(() => {
    const lateMs = Math.round(performance.now() - dueMs);
    dueMs = performance.now() + timerMs;
    if (lateMs > noteLateMs) note({ kind: 'late', atMs: Date.now(), lateMs });
  }, timerMs);

  return {
    note,
    history,
    async call(asked, ask) {
      calls += 1;
      const call = calls;
      note({ kind: 'asked', call, atMs: Date.now(), ...asked });
      try {
        const told = await ask();
        note({ kind: 'answered', call, atMs: Date.now(), ...pickTold(told) });
        return told;
      } catch (error) {
        const failure = (error as { code?: string }).code ?? (error instanceof Error ? error.message : String(error));
        note({ kind: 'answered', call, atMs: Date.now(), code: 0, failure });
        throw error;
      }
    },
    async end() {
      isEnding = true;
      clearInterval(timer);
      await looking;
      const endsAtMs = performance.now() + lastLookMs;
      for (;;) {
        try {
          if ((await look(true)) === 'seen') break;
        } catch (error) {
          if (performance.now() > endsAtMs) throw error;
          await sleep(lookEveryMs);
        }
      }
      await new Promise<void>((resolve) => stream.end(resolve));
    },
  };
}

type Entry = [id: string, flat: string[]];
type Transaction = ReturnType<Redis['multi']>;

function readState(transaction: Transaction, keys: EventKeys): void {
  transaction
    .lrange(keys.list, 0, -1)
    .lrange(keys.vipList, 0, -1)
    .smembers(keys.queued)
    .smembers(keys.booked)
    .hgetall(keys.tickets)
    .zrange(keys.aside, '0', '-1', 'WITHSCORES')
    .zrange(keys.returned, '0', '-1')
    .zrange(keys.leases, '0', '-1')
    .hkeys(keys.confirmed)
    .getBuffer(keys.gone)
    .getBuffer(keys.vipGone);
}

function parseEntry([streamId, flat]: Entry): ChangeRecord {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) fields[String(flat[index])] = String(flat[index + 1]);
  const words = fields.visitors ? fields.visitors.split(' ') : [];
  const visitors: [string, number][] = [];
  for (let index = 0; index + 1 < words.length; index += 2)
    visitors.push([String(words[index]), Number(words[index + 1])]);
  return {
    kind: 'change',
    streamId,
    seq: Number(fields.seq),
    type: String(fields.type),
    from: fields.from ?? '',
    visitors,
    atMs: Number(fields.at),
    ...(fields.by === undefined ? {} : { by: fields.by }),
  };
}

function parseLook(atMs: number, values: readonly unknown[]): LookRecord {
  const [lock, booked, queued, aside, returned, first, confirmed, listLength, settings, gate, counters] = values;
  const [, firstReturned] = first as string[];
  return {
    kind: 'look',
    atMs,
    lock: String(lock ?? ''),
    booked: Number(booked),
    queued: Number(queued),
    aside: Number(aside),
    returned: Number(returned),
    firstReturned: firstReturned === undefined ? null : Number(firstReturned),
    confirmed: Number(confirmed),
    listLength: Number(listLength),
    settings: settings as Record<string, string>,
    gate: gate as Record<string, string>,
    counters: toNumbers(counters as Record<string, string>),
  };
}

function parseState(atMs: number, seq: number, values: readonly unknown[]): StateRecord {
  const [list, vipList, queued, booked, tickets, asideFlat, returned, leases, confirmed, gone, vipGone] = values;
  const flat = asideFlat as string[];
  const aside: Record<string, number> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) aside[String(flat[index])] = Number(flat[index + 1]);
  return {
    kind: 'state',
    atMs,
    seq,
    list: list as string[],
    vipList: vipList as string[],
    queued: queued as string[],
    booked: booked as string[],
    tickets: toNumbers(tickets as Record<string, string>),
    aside,
    returned: returned as string[],
    leases: leases as string[],
    confirmed: confirmed as string[],
    gone: toBase64(gone),
    vipGone: toBase64(vipGone),
  };
}

/** Words among the counters, such as a run id, are of no use here. */
function toNumbers(fields: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, text]) => (Number.isFinite(Number(text)) ? [[name, Number(text)]] : [])),
  );
}

function toBase64(bits: unknown): string {
  return Buffer.isBuffer(bits) ? bits.toString('base64') : '';
}

function pickTold({ code, status, number, order }: Told): Told {
  return {
    code,
    ...(status === undefined ? {} : { status }),
    ...(number === undefined ? {} : { number }),
    ...(order === undefined ? {} : { order }),
  };
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const timer = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error('Redis does not answer');
  });
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
