import type { RedisClient } from '../../redis/client.ts';
import { bindScript, loadScript } from '../../redis/scripts.ts';
import { archivedKey, type EventKeys } from '../keys.ts';

const script = loadScript(
  new URL('./scripts/', import.meta.url),
  'begin-sale',
  new URL('../line/scripts/', import.meta.url),
);

/** What is kept of a sale; the rest is the event's own and goes on: settings, the leader's lock, the gate, changes. */
const keptNames = [
  'list',
  'vipList',
  'queued',
  'booked',
  'tickets',
  'aside',
  'returned',
  'gone',
  'vipGone',
  'leases',
  'places',
  'present',
  'outcomes',
  'confirmed',
  'journeys',
  'counters',
] as const satisfies (keyof EventKeys)[];
export type KeptName = (typeof keptNames)[number];

/** A sale that was ended and is kept. */
export type ArchivedSale = {
  sale: number;
  endedAtMs: number;
  who: string;
  epoch: number;
  joined: number;
  admitted: number;
  confirmed: number;
  /** Who waited and who held a place when it was ended. */
  waiting: number;
  booked: number;
  /** Rows of the file of journeys, about; null of a sale that was ended before this was noted. */
  journeys: number | null;
  /** Keys that were renamed; null likewise. */
  keys: number | null;
};

export type BeginOutcome =
  /** `archivedKeys`: how many were renamed, at most sixteen. */
  | { kind: 'begun'; sale: number; epoch: number; seq: number; archivedKeys: number }
  | { kind: 'notClosed' }
  /** Another epoch than was looked at: somebody else was quicker. */
  | { kind: 'changed' }
  | { kind: 'placesHeld'; places: number };

export type SaleStore = ReturnType<typeof createSaleStore>;

/** Sales of one event, one after another: the line, orders and journal of each are kept under its number. */
export function createSaleStore({ redis, keys }: { redis: RedisClient; keys: EventKeys }) {
  /** Where it is kept differs each time, so the keys are bound then. */
  function runFor(sale: number): ReturnType<typeof bindScript> {
    const kept = keptNames.map((name) => [
      `kept${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      archivedKey(keys, keys[name], sale),
    ]);
    return bindScript(redis, script, { ...keys, ...Object.fromEntries(kept) });
  }

  async function list(): Promise<ArchivedSale[]> {
    const texts = await redis.hgetall(keys.archive);
    const sales = Object.entries(texts).flatMap(([sale, text]) => parseSale(Number(sale), text) ?? []);
    return sales.sort((a, b) => b.sale - a.sale);
  }

  return {
    /** Newest first. */
    list,

    /** One atomic step, whatever the size of the sale: a crash leaves the one sale or the other. */
    async begin(input: {
      epoch: number;
      endPlaces: boolean;
      /** Browsers noted so far, see the store of visitors. */
      seen: number;
      who: string;
    }): Promise<BeginOutcome> {
      const [sales, current] = await Promise.all([redis.hkeys(keys.archive), redis.hget(keys.counters, 'sale')]);
      const sale = Math.max(0, Number(current ?? 0), ...sales.map(Number).filter(Number.isSafeInteger)) + 1;
      const { epoch, endPlaces, seen, who } = input;
      const reply = await runFor(sale)([epoch, sale, endPlaces ? 1 : 0, seen, who]);
      const [word, first, seq, renamed] = reply as (string | number)[];
      if (word === 'begun') {
        return { kind: word, sale, epoch: Number(first), seq: Number(seq), archivedKeys: Number(renamed) };
      }
      if (word === 'placesHeld') return { kind: word, places: Number(first) };
      if (word === 'notClosed' || word === 'changed') return { kind: word };
      throw new Error(`begin-sale.lua answered ${JSON.stringify(word)}`);
    },

    /** The key under which that part of a sale is kept. */
    keyOf: (name: KeptName, sale: number): string => archivedKey(keys, keys[name], sale),

    async find(sale: number): Promise<ArchivedSale | undefined> {
      const text = await redis.hget(keys.archive, String(sale));
      return text === null ? undefined : parseSale(sale, text);
    },

    /**
     * Drops what is kept of a sale; Redis frees the memory beside its other work. The entry of the index goes last, so that
     * a call that was cut off can be made again. False when there is no such sale.
     */
    async drop(sale: number): Promise<boolean> {
      if ((await redis.hexists(keys.archive, String(sale))) === 0) return false;
      for (const name of keptNames) await redis.unlink(archivedKey(keys, keys[name], sale));
      return (await redis.hdel(keys.archive, String(sale))) === 1;
    },
  };
}

/** undefined for what is not of our form (somebody's hand). */
function parseSale(sale: number, text: string): ArchivedSale | undefined {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof ArchivedSale, unknown>>;
    const count = (name: keyof ArchivedSale) => Number(value[name] ?? 0) || 0;
    const noted = (name: keyof ArchivedSale) => (value[name] === undefined ? null : count(name));
    return {
      sale,
      endedAtMs: count('endedAtMs'),
      who: String(value.who ?? ''),
      epoch: count('epoch'),
      joined: count('joined'),
      admitted: count('admitted'),
      confirmed: count('confirmed'),
      waiting: count('waiting'),
      booked: count('booked'),
      journeys: noted('journeys'),
      keys: noted('keys'),
    };
  } catch {
    return undefined;
  }
}
