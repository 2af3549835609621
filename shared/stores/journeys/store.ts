import type { RedisClient } from '../../redis/client.ts';
import { bindScript, loadScript } from '../../redis/scripts.ts';
import type { EventKeys } from '../keys.ts';

export const turnOutcomes = ['confirmed', 'cancelled', 'left', 'expired', 'revoked'] as const;
export type TurnOutcome = (typeof turnOutcomes)[number];

/** The steps of one turn, as far as they are known; times are ms of Redis time. */
export type TurnRow = {
  visitorId: string;
  number: number;
  joinedAtMs: number | null;
  /** The first place; somebody who missed it may have got another. */
  admittedAtMs: number | null;
  claimedAtMs: number | null;
  endedAtMs: number | null;
  /** Places given to this turn. */
  admissions: number;
  outcome: TurnOutcome | null;
};

const noteScript = loadScript(
  new URL('./scripts/', import.meta.url),
  'note-turns',
  new URL('../line/scripts/', import.meta.url),
);
/** Turns noted by one call: Redis does nothing else meanwhile. */
export const maxNoted = 200;
/** Fields kept of a sale, about 130 bytes each, one a turn and one an order; later ones are not noted. */
export const maxFieldsKept = 4_000_000;
const pageSize = 500;

export type JourneyStore = ReturnType<typeof createJourneyStore>;

/**
 * The journal of turns of the sale that runs: a row for everybody who was admitted, or whose turn ended. It costs
 * nothing at a join. Several processes may note the same turns: what is known replaces what is not.
 */
export function createJourneyStore({ redis, keys }: { redis: RedisClient; keys: EventKeys }) {
  const note = bindScript(redis, noteScript, keys);

  return {
    /** Notes turns of the sale of that number; false when another sale runs: nothing is written then. */
    async note(sale: number, rows: readonly TurnRow[]): Promise<boolean> {
      for (let start = 0; start < rows.length; start += maxNoted) {
        const piece = rows.slice(start, start + maxNoted);
        const word = await note([sale, maxFieldsKept, ...piece.flatMap(formatFields)]);
        if (word === 'otherSale') return false;
        if (word !== 'noted') throw new Error(`note-turns.lua answered ${JSON.stringify(word)}`);
      }
      return true;
    },

    /** Turns noted, and those who confirmed once more: about. */
    async count(): Promise<number> {
      return redis.hlen(keys.journeys);
    },

    /** What is noted of a number; or, of who confirmed, of the turn with which they did. */
    async find(turn: { number: number } | { confirmedBy: string }): Promise<TurnRow | null> {
      const number = 'number' in turn ? turn.number : await redis.hget(keys.journeys, `@${turn.confirmedBy}`);
      if (number === null) return null;
      const text = await redis.hget(keys.journeys, String(number));
      return text === null ? null : (parseTurn(String(number), text) ?? null);
    },

    /** Which of these are noted already, in the order asked. */
    async has(numbers: readonly number[]): Promise<boolean[]> {
      if (numbers.length === 0) return [];
      const texts = await redis.hmget(keys.journeys, ...numbers.map(String));
      return texts.map((text) => text !== null);
    },

    /** All of them in pages, in no order; a row that changes meanwhile may come twice. */
    scan: (key: string = keys.journeys) => scanTurns(redis, key),
  };
}

async function* scanTurns(redis: RedisClient, key: string): AsyncGenerator<TurnRow[]> {
  let cursor = '0';
  do {
    const [next, flat] = await redis.hscan(key, cursor, 'COUNT', pageSize);
    const page: TurnRow[] = [];
    for (let index = 0; index + 1 < flat.length; index += 2) {
      const row = parseTurn(String(flat[index]), String(flat[index + 1]));
      if (row) page.push(row);
    }
    yield page;
    cursor = next;
  } while (cursor !== '0');
}

/** The row, and who confirmed is found by id as well, since an order does not say the number. */
function formatFields(row: TurnRow): (string | number)[] {
  const own = [row.number, formatTurn(row)];
  return row.outcome === 'confirmed' ? [...own, `@${row.visitorId}`, row.number] : own;
}

/** `<visitor id> <joined> <admitted> <claimed> <ended> <admissions> <outcome>`, `-` for what is not known. */
function formatTurn(row: TurnRow): string {
  const { visitorId, joinedAtMs, admittedAtMs, claimedAtMs, endedAtMs, admissions, outcome } = row;
  return [
    visitorId,
    ...[joinedAtMs, admittedAtMs, claimedAtMs, endedAtMs].map((ms) => ms ?? '-'),
    admissions,
    outcome ?? '-',
  ]
    .map(String)
    .join(' ');
}

/** undefined for what is not of our form (somebody's hand). */
function parseTurn(field: string, text: string): TurnRow | undefined {
  const [visitorId, joined, admitted, claimed, ended, admissions, outcome, ...rest] = text.split(' ');
  if (!/^\d+$/.test(field) || !visitorId || outcome === undefined || rest.length > 0) return undefined;
  const time = (word: string | undefined) => (word !== undefined && /^\d+$/.test(word) ? Number(word) : null);
  return {
    visitorId,
    number: Number(field),
    joinedAtMs: time(joined),
    admittedAtMs: time(admitted),
    claimedAtMs: time(claimed),
    endedAtMs: time(ended),
    admissions: time(admissions) ?? 0,
    outcome: turnOutcomes.find((candidate) => candidate === outcome) ?? null,
  };
}
