import { type Change, parseChange } from '../../redis/changes.ts';
import type { RedisClient } from '../../redis/client.ts';
import type { EventKeys } from '../../stores/keys.ts';

/** Everything the laws speak of, as it stands in Redis at one moment. */
export type LineData = {
  list: string[];
  queued: Set<string>;
  booked: Set<string>;
  tickets: Map<string, number>;
  aside: Map<string, number>;
  back: Set<string>;
  leases: Set<string>;
  places: Map<string, number>;
  confirmed: Set<string>;
  outcomes: Map<string, string>;
  counters: Map<string, number>;
  gone: Buffer;
  vipList: string[];
  vipGone: Buffer;
  changes: Change[];
  maxBooking: number;
  vipSharePercent: number;
};

/** One transaction, so that it is true while others write; O(n) of everything, for tests and runs only. */
export async function readLineData(redis: RedisClient, keys: EventKeys): Promise<LineData> {
  const replies = await redis
    .multi()
    .lrange(keys.list, 0, -1)
    .smembers(keys.queued)
    .smembers(keys.booked)
    .hgetall(keys.tickets)
    .zrange(keys.aside, '0', '-1', 'WITHSCORES')
    .zrange(keys.returned, '0', '-1')
    .zrange(keys.leases, '0', '-1')
    .hgetall(keys.places)
    .hkeys(keys.confirmed)
    .hgetall(keys.outcomes)
    .hgetall(keys.counters)
    .getBuffer(keys.gone)
    .xrange(keys.changes, '-', '+')
    .hget(keys.settingsGood, 'maxBooking')
    .lrange(keys.vipList, 0, -1)
    .getBuffer(keys.vipGone)
    .hget(keys.settingsGood, 'vipSharePercent')
    .exec();
  const values = (replies ?? []).map(([error, value]) => {
    if (error) throw error;
    return value;
  });
  const [
    list,
    queued,
    booked,
    tickets,
    aside,
    back,
    leases,
    places,
    confirmed,
    outcomes,
    counters,
    gone,
    changes,
    max,
    vipList,
    vipGone,
    vipShare,
  ] = values;
  const asideFlat = aside as string[];
  const asidePairs = asideFlat.filter((_, index) => index % 2 === 0).map((id, index) => [id, asideFlat[index * 2 + 1]]);
  return {
    list: list as string[],
    queued: new Set(queued as string[]),
    booked: new Set(booked as string[]),
    tickets: toNumbers(Object.entries(tickets as Record<string, string>)),
    aside: toNumbers(asidePairs as [string, string][]),
    back: new Set(back as string[]),
    leases: new Set(leases as string[]),
    places: toNumbers(
      Object.entries(places as Record<string, string>).map(([id, place]) => [id, String(place.split(' ')[0])]),
    ),
    confirmed: new Set(confirmed as string[]),
    outcomes: new Map(
      Object.entries(outcomes as Record<string, string>).map(([id, text]) => [id, String(text.split(' ')[0])]),
    ),
    counters: toNumbers(Object.entries(counters as Record<string, string>)),
    gone: (gone as Buffer | null) ?? Buffer.alloc(0),
    changes: (changes as [string, string[]][]).flatMap(([id, flat]) => parseChange(id, flat) ?? []),
    vipList: vipList as string[],
    vipGone: (vipGone as Buffer | null) ?? Buffer.alloc(0),
    maxBooking: Number((max as string | null) ?? 3),
    vipSharePercent: Number((vipShare as string | null) ?? 0),
  };
}

function toNumbers(pairs: [string, string][]): Map<string, number> {
  return new Map(pairs.map(([name, value]) => [name, Number(value)]));
}
