import type { RedisClient } from '@fairline/shared/redis/client.ts';
import type { JourneyStore, TurnRow } from '@fairline/shared/stores/journeys/store.ts';
import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import type { SaleStore } from '@fairline/shared/stores/sales/store.ts';
import { csvLine, csvSeconds, csvTime } from './csv.ts';

const pageSize = 500;

export type Exports = {
  /** Lines of CSV in pieces, a page of Redis each. `sale`: of a sale that is kept; the one that runs otherwise. */
  journeys(sale?: number): AsyncGenerator<string>;
  orders(sale?: number): AsyncGenerator<string>;
};

/**
 * What operators take home, read page by page (SCAN), so that neither Redis nor this process holds more than a page. A row
 * that changes while it is read may come twice. There are no addresses in it.
 */
export function createExports({
  redis,
  keys,
  journeys,
  sales,
  findJoinedAtMs,
}: {
  redis: RedisClient;
  keys: Pick<EventKeys, 'tickets' | 'confirmed' | 'journeys'>;
  journeys: Pick<JourneyStore, 'scan' | 'has'>;
  sales: Pick<SaleStore, 'keyOf'>;
  /** For those who still wait. */
  findJoinedAtMs(number: number): number | null;
}): Exports {
  const keyFor = (name: 'tickets' | 'confirmed' | 'journeys', sale: number | undefined) =>
    sale === undefined ? keys[name] : sales.keyOf(name, sale);

  async function* scanHash(key: string): AsyncGenerator<[string, string][]> {
    let cursor = '0';
    do {
      const [next, flat] = await redis.hscan(key, cursor, 'COUNT', pageSize);
      const page: [string, string][] = [];
      for (let index = 0; index + 1 < flat.length; index += 2)
        page.push([String(flat[index]), String(flat[index + 1])]);
      yield page;
      cursor = next;
    } while (cursor !== '0');
  }

  return {
    async *journeys(sale) {
      yield csvLine(journeyColumns);
      for await (const page of journeys.scan(keyFor('journeys', sale))) yield page.map(journeyLine).join('');
      // Those who have not been let in yet are not in the journal.
      for await (const page of scanHash(keyFor('tickets', sale))) {
        const numbers = page.map(([, number]) => Number(number));
        const isNoted = sale === undefined ? await journeys.has(numbers) : await hasArchived(numbers, sale);
        const rows = page.flatMap(([visitorId, number], index) =>
          isNoted[index] ? [] : [journeyLine(waitingRow(visitorId, Number(number)))],
        );
        yield rows.join('');
      }
    },
    async *orders(sale) {
      yield csvLine(orderColumns);
      for await (const page of scanHash(keyFor('confirmed', sale)))
        yield page.map(([visitorId, text]) => orderLine(visitorId, text)).join('');
    },
  };

  async function hasArchived(numbers: readonly number[], sale: number): Promise<boolean[]> {
    if (numbers.length === 0) return [];
    const texts = await redis.hmget(sales.keyOf('journeys', sale), ...numbers.map(String));
    return texts.map((text) => text !== null);
  }

  function waitingRow(visitorId: string, number: number): TurnRow {
    const joinedAtMs = findJoinedAtMs(number);
    return {
      ...{ visitorId, number, joinedAtMs, admittedAtMs: null, claimedAtMs: null, endedAtMs: null },
      ...{ admissions: 0, outcome: null },
    };
  }
}

const journeyColumns = [
  'visitor_id',
  'number',
  'joined_at',
  'admitted_at',
  'claimed_at',
  'ended_at',
  'outcome',
  'admissions',
  'waited_seconds',
  'booked_seconds',
];

function journeyLine(row: TurnRow): string {
  const { visitorId, number, joinedAtMs, admittedAtMs, claimedAtMs, endedAtMs, outcome, admissions } = row;
  return csvLine([
    visitorId,
    number,
    csvTime(joinedAtMs),
    csvTime(admittedAtMs),
    csvTime(claimedAtMs),
    csvTime(endedAtMs),
    outcome,
    admissions,
    csvSeconds(joinedAtMs, admittedAtMs ?? endedAtMs),
    csvSeconds(admittedAtMs, endedAtMs),
  ]);
}

/** Fields of an order that have a column; whatever else a site puts into its orders is in the last one. */
const orderFields = ['id', 'event', 'section', 'tickets', 'total', 'currency', 'createdAt'];
const orderColumns = ['visitor_id', ...orderFields, 'more'];

function orderLine(visitorId: string, text: string): string {
  const order = parseOrder(text);
  const cell = (value: unknown) =>
    value === undefined || value === null || typeof value === 'number' || typeof value === 'string'
      ? value
      : JSON.stringify(value);
  const more = Object.fromEntries(Object.entries(order).filter(([name]) => !orderFields.includes(name)));
  const rest = Object.keys(more).length === 0 ? '' : JSON.stringify(more);
  return csvLine([visitorId, ...orderFields.map((name) => cell(order[name])), rest]);
}

function parseOrder(text: string): Record<string, unknown> {
  try {
    const order: unknown = JSON.parse(text);
    return typeof order === 'object' && order !== null ? { ...order } : { order };
  } catch {
    return { order: text };
  }
}
