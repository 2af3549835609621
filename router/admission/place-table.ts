import { readUuid } from './uuid-words.ts';

/** No number of a change is negative. */
const empty = -1;
const leastSlots = 16;

/**
 * A map from visitor ids to numbers from 0, for a million and more of them: ids are kept as numbers in flat memory, 48
 * to 96 bytes each, which the collector never looks at, and a look-up touches one place in memory, where a Map of texts touches
 * four. Ids that are no UUIDs, which somebody may have put into Redis, are kept as texts.
 *
 * Open addressing with linear probing, at most half full; a deletion moves up what comes behind it (Knuth, The Art of
 * Computer Programming, vol. 3, 6.4, algorithm R).
 */
export function createPlaceTable() {
  let bits = Math.log2(leastSlots);
  let mask = leastSlots - 1;
  let keys = new Int32Array(4 * leastSlots);
  let values = new Float64Array(leastSlots).fill(empty);
  let count = 0;
  const others = new Map<string, number>();
  const words = new Int32Array(4);

  /** Ids are random, but whoever makes them in another way should not make this slow. */
  function homeOf(first: number, last: number): number {
    return Math.imul(first ^ last, 0x9e3779b1) >>> (32 - bits);
  }

  /** The slot of the id in `words`, or the empty one where it belongs. */
  function findSlot(): number {
    const first = words[0] ?? 0;
    const second = words[1] ?? 0;
    const third = words[2] ?? 0;
    const last = words[3] ?? 0;
    let slot = homeOf(first, last);
    for (; values[slot] !== empty; slot = (slot + 1) & mask) {
      const at = 4 * slot;
      if (keys[at] === first && keys[at + 1] === second && keys[at + 2] === third && keys[at + 3] === last) break;
    }
    return slot;
  }

  function put(value: number): void {
    const slot = findSlot();
    if (values[slot] === empty) count += 1;
    keys.set(words, 4 * slot);
    values[slot] = value;
  }

  function grow(): void {
    const [oldKeys, oldValues] = [keys, values];
    bits += 1;
    mask = 2 ** bits - 1;
    keys = new Int32Array(4 * 2 ** bits);
    values = new Float64Array(2 ** bits).fill(empty);
    count = 0;
    for (const [slot, value] of oldValues.entries()) {
      if (value === empty) continue;
      words.set(oldKeys.subarray(4 * slot, 4 * slot + 4));
      put(value);
    }
  }

  /** Whatever comes behind, up to the next empty slot, must be found from its home without passing an empty one. */
  function close(slot: number): void {
    let hole = slot;
    for (let next = (slot + 1) & mask; values[next] !== empty; next = (next + 1) & mask) {
      const home = homeOf(keys[4 * next] ?? 0, keys[4 * next + 3] ?? 0);
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      keys.copyWithin(4 * hole, 4 * next, 4 * next + 4);
      values[hole] = values[next] ?? empty;
      hole = next;
    }
    values[hole] = empty;
    count -= 1;
  }

  return {
    get(id: string): number | undefined {
      if (!readUuid(id, words)) return others.size === 0 ? undefined : others.get(id);
      const value = values[findSlot()];
      return value === empty ? undefined : value;
    },

    set(id: string, value: number): void {
      if (2 * (count + 1) > mask + 1) grow();
      if (readUuid(id, words)) put(value);
      else others.set(id, value);
    },

    delete(id: string): void {
      if (!readUuid(id, words)) {
        others.delete(id);
        return;
      }
      const slot = findSlot();
      if (values[slot] !== empty) close(slot);
    },

    size: () => count + others.size,
  };
}

export type PlaceTable = ReturnType<typeof createPlaceTable>;
