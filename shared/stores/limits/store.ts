import type { Redis } from 'ioredis';
import { loadScript, type Script } from '../../redis/scripts.ts';
import { sharedKeys } from '../keys.ts';

/** Tokens that one gateway took of one bucket. */
export type Charge = {
  /** Kind and key of the bucket, as `net:203.0.113.7/32`. */
  name: string;
  ratePerSec: number;
  burst: number;
  taken: number;
};

export type CountWindow = {
  /** A word for what is counted. */
  name: string;
  lengthMs: number;
  /** Names of which a count is kept, in each of the two halves. */
  maxNames: number;
};

/** Names and how often each was seen since the last call. */
export type WindowCounts = readonly (readonly [name: string, count: number])[];

export type VisitorAddress = { visitorId: string; addressTag: string };

const folder = new URL('./scripts/', import.meta.url);
const lineFolder = new URL('../line/scripts/', import.meta.url);
const chargeScript = loadScript(folder, 'charge-buckets', lineFolder);
const countScript = loadScript(folder, 'count-in-window', lineFolder);
const inFlightScript = loadScript(folder, 'share-in-flight', lineFolder);
const addressesScript = loadScript(folder, 'note-addresses', lineFolder);
/** In one call, which Redis does without a pause: about a millisecond. */
const maxCharges = 500;
const maxCounted = 500;
const maxAddressNotes = 200;
/** More than anybody asks about. */
const maxTagsOfVisitor = 32;

export type LimitStore = ReturnType<typeof createLimitStore>;

/** What gateways tell each other of what they see: nothing here outlives its window, and there is only so much of it. */
export function createLimitStore({ redis }: { redis: Redis }) {
  const runCharge = bindKeyed(redis, chargeScript);
  const runNote = bindKeyed(redis, addressesScript);
  const runInFlight = bindKeyed(redis, inFlightScript);
  const runCount = bindKeyed(redis, countScript);

  async function chargeSome(charges: readonly Charge[]): Promise<number[]> {
    const keys = charges.map(({ name }) => sharedKeys.limits.bucket(name));
    const texts = charges.map(({ ratePerSec, burst, taken }) => `${ratePerSec} ${burst} ${taken}`);
    const levels = await runCharge(keys, texts);
    return levels.map((thousandths) => thousandths / 1000);
  }

  return {
    /** The level of each bucket after its charge, in tokens; below zero when it is overdrawn. */
    async charge(charges: readonly Charge[]): Promise<number[]> {
      const levels: number[] = [];
      for (let start = 0; start < charges.length; start += maxCharges) {
        levels.push(...(await chargeSome(charges.slice(start, start + maxCharges))));
      }
      return levels;
    },

    /**
     * Adds to the counts of a sliding window and tells the count of each name in it, of all gateways. `nowMs` is Redis time.
     * The part of the older slot that the window still covers is taken as evenly filled, which is at most that slot's
     * count wrong. A name that is not among the largest begins at zero again.
     */
    async count({ name, lengthMs, maxNames }: CountWindow, counts: WindowCounts, nowMs: number): Promise<number[]> {
      if (counts.length === 0) return [];
      const slot = Math.floor(nowMs / lengthMs);
      const keys = [sharedKeys.limits.window(name, slot), sharedKeys.limits.window(name, slot - 1)];
      const overRatio = nowMs / lengthMs - slot;
      const found: number[] = [];
      for (let start = 0; start < counts.length; start += maxCounted) {
        const some = counts.slice(start, start + maxCounted);
        found.push(...(await runCount(keys, [overRatio, 2 * lengthMs, maxNames, ...some.flat()])));
      }
      return found;
    },

    /**
     * Tells how many requests of each visitor are in flight at this gateway, and how many that makes with what other
     * gateways told within `countsForMs`.
     */
    async shareInFlight(gatewayId: string, counts: WindowCounts, countsForMs: number): Promise<number[]> {
      const sums = counts.map(([visitorId, count]) =>
        runInFlight([sharedKeys.limits.inFlight(visitorId)], [gatewayId, count, countsForMs]),
      );
      return (await Promise.all(sums)).map(([sum = 0]) => sum);
    },

    /** How many addresses each of these visitors came from within `windowMs`, this one included. */
    async noteAddresses(notes: readonly VisitorAddress[], windowMs: number): Promise<number[]> {
      const counts: number[] = [];
      for (let start = 0; start < notes.length; start += maxAddressNotes) {
        const some = notes.slice(start, start + maxAddressNotes);
        const keys = some.map(({ visitorId }) => sharedKeys.limits.addresses(visitorId));
        const tags = some.map(({ addressTag }) => addressTag);
        counts.push(...(await runNote(keys, [windowMs, maxTagsOfVisitor, ...tags])));
      }
      return counts;
    },
  };
}

/** A script that gets other keys each time and answers numbers, or one. */
function bindKeyed(redis: Redis, { name, source }: Script) {
  const command = `fairline:${name}`;
  redis.defineCommand(command, { lua: source });
  const run = (redis as unknown as Record<string, (...args: (string | number)[]) => Promise<unknown>>)[command];
  return async (keys: readonly string[], args: readonly (string | number)[]): Promise<number[]> => {
    const reply = await run?.call(redis, keys.length, ...keys, ...args);
    if (typeof reply === 'number') return [reply];
    if (!Array.isArray(reply)) throw new Error(`${name}.lua answered ${JSON.stringify(reply)}`);
    return reply.map(Number);
  };
}
