import type { RedisClient } from '../../redis/client.ts';
import { bindScript, loadScript } from '../../redis/scripts.ts';
import type { EventKeys } from '../keys.ts';

const script = loadScript(new URL('./scripts/', import.meta.url), 'admit-ahead');

export type AheadOutcome =
  | { kind: 'admitted'; number: number; leaseEndsAtMs: number; seq: number }
  /** Has a place already. */
  | { kind: 'booked' }
  | { kind: 'notWaiting' }
  | { kind: 'closed' }
  | { kind: 'soldOut' }
  | { kind: 'full' };

export type AheadStore = ReturnType<typeof createAheadStore>;

/** The one exception from first come, first served: an operator lets somebody in before their turn. */
export function createAheadStore({ redis, keys }: { redis: RedisClient; keys: EventKeys }) {
  const run = bindScript(redis, script, keys);
  return {
    /** Within `maxBooking` and the stock, not while closed. The change says so in its field `by`. Safe to repeat. */
    async admit(visitorId: string): Promise<AheadOutcome> {
      const [word, number, leaseEndsAtMs, seq] = (await run([visitorId])) as (string | number)[];
      switch (word) {
        case 'admitted':
          return { kind: word, number: Number(number), leaseEndsAtMs: Number(leaseEndsAtMs), seq: Number(seq) };
        case 'booked':
        case 'notWaiting':
        case 'closed':
        case 'soldOut':
        case 'full':
          return { kind: word };
        default:
          throw new Error(`admit-ahead.lua answered ${JSON.stringify(word)}`);
      }
    },
  };
}
