import { groupBySlot, type RedisClient } from '../../redis/client.ts';
import { bindKeyedScript, loadScript } from '../../redis/scripts.ts';
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
export function createLimitStore({ redis }: { redis: RedisClient }) {
  const runCharge = bindKeyedScript(redis, chargeScript);
  const runNote = bindKeyedScript(redis, addressesScript);
  const runInFlight = bindKeyedScript(redis, inFlightScript);
  const runCount = bindKeyedScript(redis, countScript);

  async function chargeSome(charges: readonly Charge[]): Promise<number[]> {
    const keys = charges.map(({ name }) => sharedKeys.limits.bucket(name));
    const texts = charges.map(({ ratePerSec, burst, taken }) => `${ratePerSec} ${burst} ${taken}`);
    const levels = readNumbers(await runCharge(keys, texts));
    return levels.map((thousandths) => thousandths / 1000);
  }

  /** At most `most` items a call, and on a cluster those of one slot; the answers in the order of the items. */
  async function inPieces<Item>(
    items: readonly Item[],
    most: number,
    keyOf: (item: Item) => string,
    call: (some: readonly Item[]) => Promise<number[]>,
  ): Promise<number[]> {
    const answers = new Array<number>(items.length);
    const numbered = items.map((item, index) => ({ item, index }));
    for (let start = 0; start < items.length; start += most) {
      const groups = groupBySlot(redis, numbered.slice(start, start + most), ({ item }) => keyOf(item));
      await Promise.all(
        groups.map(async (group) => {
          const found = await call(group.map(({ item }) => item));
          for (const [place, { index }] of group.entries()) answers[index] = found[place] ?? 0;
        }),
      );
    }
    return answers;
  }

  return {
    /** The level of each bucket after its charge, in tokens; below zero when it is overdrawn. */
    async charge(charges: readonly Charge[]): Promise<number[]> {
      return inPieces(charges, maxCharges, ({ name }) => sharedKeys.limits.bucket(name), chargeSome);
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
        found.push(...readNumbers(await runCount(keys, [overRatio, 2 * lengthMs, maxNames, ...some.flat()])));
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
      return (await Promise.all(sums)).map(Number);
    },

    /** How many addresses each of these visitors came from within `windowMs`, this one included. */
    async noteAddresses(notes: readonly VisitorAddress[], windowMs: number): Promise<number[]> {
      const keyOf = ({ visitorId }: VisitorAddress) => sharedKeys.limits.addresses(visitorId);
      return inPieces(notes, maxAddressNotes, keyOf, async (some) => {
        const tags = some.map(({ addressTag }) => addressTag);
        return readNumbers(await runNote(some.map(keyOf), [windowMs, maxTagsOfVisitor, ...tags]));
      });
    },
  };
}

function readNumbers(reply: unknown): number[] {
  if (!Array.isArray(reply)) throw new Error(`a script of limits answered ${JSON.stringify(reply)}`);
  return reply.map(Number);
}
