import { readHex32 } from './uuid-words.ts';

/** Entries that share a home: one look goes over the marks of all of them. */
const ways = 8;
const defaultMaxVisitors = 2 ** 17;

/**
 * Keeps what is known of visitors by the cookies they brought, at most `maxVisitors` (a power of two, at least 8), and
 * forgets one that was not asked for of late when a new one needs room. Its hash is the first 32 bits of the cookie's id,
 * which are random already: a Map would read the whole cookie to make one, and then each cookie in its way.
 *
 * A set-associative cache that gives second chances, as processors have them (the clock of Corbató, 1968, in each set).
 */
export function createVisitorCache<Visitor extends { readonly cookieValue: string }>(maxVisitors = defaultMaxVisitors) {
  const lastSet = maxVisitors / ways - 1;
  const marks = new Int32Array(maxVisitors);
  const visitors = new Array<Visitor | undefined>(maxVisitors).fill(undefined);
  const isUsed = new Uint8Array(maxVisitors);
  let hand = 0;
  let count = 0;

  const firstSlot = (mark: number) => (mark & lastSet) * ways;

  /** One that is empty, else the next that nobody has asked for since it was last passed over. */
  function pickSlot(first: number): number {
    for (let slot = first; slot < first + ways; slot += 1) if (visitors[slot] === undefined) return slot;
    for (;;) {
      hand = (hand + 1) % ways;
      const slot = first + hand;
      if (isUsed[slot] === 0) return slot;
      isUsed[slot] = 0;
    }
  }

  return {
    find(cookieValue: string): Visitor | undefined {
      const mark = readHex32(cookieValue);
      const first = firstSlot(mark);
      for (let slot = first; slot < first + ways; slot += 1) {
        if (marks[slot] !== mark) continue;
        const visitor = visitors[slot];
        if (visitor === undefined || visitor.cookieValue !== cookieValue) continue;
        isUsed[slot] = 1;
        return visitor;
      }
      return undefined;
    },

    /** One that is not in it. */
    add(visitor: Visitor): void {
      const mark = readHex32(visitor.cookieValue);
      const slot = pickSlot(firstSlot(mark));
      if (visitors[slot] === undefined) count += 1;
      marks[slot] = mark;
      visitors[slot] = visitor;
      isUsed[slot] = 0;
    },

    size: () => count,
  };
}
