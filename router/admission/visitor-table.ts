import { codeAt } from '@fairline/shared/code-at.ts';
import { ownText } from '../own-text.ts';
import {
  clearRecord,
  createVisitorMemory,
  KnownVisitor,
  recordBytes,
  signatureByte,
  signatureCharacters,
} from './known-visitor.ts';
import { readUuidPrefix, uuidCharacters } from './uuid-words.ts';

/** Entries that share a home, 64 bytes: one look into memory goes over all of them. */
const ways = 8;
/** Of an entry: the first word of the visitor's id, then the number of the record, from 1, with the mark of its use. */
const intsPerEntry = 2;
const intsPerSet = ways * intsPerEntry;
const usedMark = 2 ** 30;
const recordMask = usedMark - 1;
/** Homes are half full when the records are all in use. */
const recordsPerSet = ways / 2;
const defaultMaxVisitors = 2 ** 20;
const cookieCharacters = uuidCharacters + 1 + signatureCharacters;

export type VisitorTable = ReturnType<typeof createVisitorTable>;

/**
 * What is known of visitors by the cookies they brought, of at most `maxVisitors` (a power of two, at least 4), who take
 * about 112 bytes each from when they come. One that was not asked for of late is forgotten when a new one needs room. Its
 * hash is the first 32 bits of the cookie's id, which are random already.
 *
 * A set-associative cache that gives second chances, as processors have them (the clock of Corbató, 1968, in each set). With
 * a million visitors on the way all of them stay known; objects of the language would take five times as much, and the
 * collector would follow each of them again and again.
 */
export function createVisitorTable(maxVisitors = defaultMaxVisitors) {
  const setCount = maxVisitors / recordsPerSet;
  const lastSet = setCount - 1;
  const entries = new Int32Array(setCount * intsPerSet);
  const memory = createVisitorMemory(maxVisitors);
  const { bytes, ints } = memory;
  const intsPerRecord = recordBytes / Int32Array.BYTES_PER_ELEMENT;
  const words = new Int32Array(4);
  let hand = 0;
  let count = 0;

  const setOf = (mark: number) => (mark & lastSet) * intsPerSet;
  const refAt = (entry: number) => entries[entry + 1] ?? 0;
  const slotAt = (entry: number) => (refAt(entry) & recordMask) - 1;

  function isOf(slot: number, cookieValue: string): boolean {
    const at = slot * intsPerRecord;
    if (ints[at + 1] !== words[1] || ints[at + 2] !== words[2] || ints[at + 3] !== words[3]) return false;
    // In a time that does not tell how much of a made-up signature is right.
    let difference = 0;
    const start = slot * recordBytes + signatureByte;
    for (let index = 0; index < signatureCharacters; index += 1) {
      difference |= (bytes[start + index] ?? 0) ^ codeAt(cookieValue, uuidCharacters + 1 + index);
    }
    return difference === 0;
  }

  /** An entry of the set that is empty; -1 when there is none. */
  function findEmpty(set: number): number {
    for (let entry = set; entry < set + intsPerSet; entry += intsPerEntry) if (refAt(entry) === 0) return entry;
    return -1;
  }

  /** The next entry of the set that nobody has asked for since it was last passed over; -1 in an empty set. */
  function findUnused(set: number): number {
    // All of them are passed over once at most.
    for (let step = 0; step < 2 * ways; step += 1) {
      hand = (hand + 1) % ways;
      const entry = set + hand * intsPerEntry;
      const ref = refAt(entry);
      if (ref === 0) continue;
      if (ref < usedMark) return entry;
      entries[entry + 1] = ref & recordMask;
    }
    return -1;
  }

  /** An entry of the set for somebody new, with the record that it names; another one is forgotten when there is no room. */
  function takeEntry(set: number): { entry: number; slot: number } {
    const empty = findEmpty(set);
    if (empty === -1) {
      const entry = findUnused(set);
      return { entry, slot: slotAt(entry) };
    }
    if (count < maxVisitors) {
      count += 1;
      return { entry: empty, slot: count - 1 };
    }
    // All records are in use: one of this home's, or of the next home that has one.
    let victim = findUnused(set);
    for (let next = set; victim === -1; victim = findUnused(next)) next = (next + intsPerSet) % entries.length;
    const slot = slotAt(victim);
    entries[victim + 1] = 0;
    return { entry: empty, slot };
  }

  return {
    find(cookieValue: string): KnownVisitor | undefined {
      if (cookieValue.length !== cookieCharacters || !readUuidPrefix(cookieValue, words)) return undefined;
      const mark = words[0] ?? 0;
      const set = setOf(mark);
      for (let entry = set; entry < set + intsPerSet; entry += intsPerEntry) {
        if (entries[entry] !== mark) continue;
        const ref = refAt(entry);
        if (ref === 0) continue;
        const slot = (ref & recordMask) - 1;
        if (!isOf(slot, cookieValue)) continue;
        if (ref < usedMark) entries[entry + 1] = ref | usedMark;
        return new KnownVisitor(memory, slot, ownText(cookieValue.slice(0, uuidCharacters)));
      }
      return undefined;
    },

    /** One that is not in it, with a cookie of ours: a UUID, a dot and a signature. Throws a TypeError on any other. */
    add(cookieValue: string, isCurrentSecret: boolean): KnownVisitor {
      if (cookieValue.length !== cookieCharacters || !readUuidPrefix(cookieValue, words)) {
        throw new TypeError('not a cookie of a visitor');
      }
      const mark = words[0] ?? 0;
      const { entry, slot } = takeEntry(setOf(mark));
      entries[entry] = mark;
      entries[entry + 1] = slot + 1;
      ints.set(words, slot * intsPerRecord);
      bytes.write(cookieValue.slice(uuidCharacters + 1), slot * recordBytes + signatureByte, 'latin1');
      clearRecord(memory, slot, isCurrentSecret);
      return new KnownVisitor(memory, slot, ownText(cookieValue.slice(0, uuidCharacters)));
    },

    size: () => count,
  };
}
