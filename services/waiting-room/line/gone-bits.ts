const bytesPerBlock = 128;
const smallestCapacityBytes = 16 * bytesPerBlock;

const onesInByte = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return ones;
});

export type GoneBits = {
  /** Marks a number as gone. Twice is harmless. */
  set(number: number): void;
  has(number: number): boolean;
  /** Adds a piece of the bitmap as Redis stores it (bit 0 is the highest bit of byte 0). Never clears a bit. */
  load(fromByte: number, bytes: Uint8Array): void;
  /** How many numbers n with `after < n < before` are gone; 0 when the range is empty. O(log n). */
  countBetween(after: number, before: number): number;
};

/**
 * A copy of `booking:gone` that counts ranges quickly: the bitmap itself plus a Fenwick tree over the number of bits in
 * each block of 1024. A count costs one walk up the tree and one look at part of a block on either side, whatever the
 * length of the line. Memory: one bit a number drawn in the sale, and 1/32 of that for the tree.
 */
export function createGoneBits(): GoneBits {
  let bits = new Uint8Array(smallestCapacityBytes);
  let tree = new Int32Array(bits.length / bytesPerBlock + 1);

  function grow(neededBytes: number): void {
    let capacity = bits.length;
    while (capacity < neededBytes) capacity *= 2;
    const wider = new Uint8Array(capacity);
    wider.set(bits);
    bits = wider;
    tree = new Int32Array(capacity / bytesPerBlock + 1);
    for (let block = 1; block < tree.length; block++) {
      tree[block] = (tree[block] ?? 0) + countOnes((block - 1) * bytesPerBlock, block * bytesPerBlock);
      const parent = block + (block & -block);
      if (parent < tree.length) tree[parent] = (tree[parent] ?? 0) + (tree[block] ?? 0);
    }
  }

  function countOnes(fromByte: number, toByte: number): number {
    let ones = 0;
    for (let at = fromByte; at < toByte; at++) ones += onesInByte[bits[at] ?? 0] ?? 0;
    return ones;
  }

  function addToTree(byteIndex: number, ones: number): void {
    for (let node = Math.floor(byteIndex / bytesPerBlock) + 1; node < tree.length; node += node & -node) {
      tree[node] = (tree[node] ?? 0) + ones;
    }
  }

  function addByte(byteIndex: number, byte: number): void {
    const before = bits[byteIndex] ?? 0;
    const after = before | byte;
    if (after === before) return;
    bits[byteIndex] = after;
    addToTree(byteIndex, (onesInByte[after] ?? 0) - (onesInByte[before] ?? 0));
  }

  /** Bits set among the numbers 0 .. number - 1. */
  function countBelow(number: number): number {
    const last = bits.length * 8;
    const limit = Math.min(Math.max(number, 0), last);
    const byteIndex = Math.floor(limit / 8);
    const block = Math.floor(byteIndex / bytesPerBlock);
    let ones = countOnes(block * bytesPerBlock, byteIndex);
    for (let node = block; node > 0; node -= node & -node) ones += tree[node] ?? 0;
    const restBits = limit % 8;
    if (restBits > 0) ones += onesInByte[(bits[byteIndex] ?? 0) >> (8 - restBits)] ?? 0;
    return ones;
  }

  return {
    set(number) {
      const byteIndex = Math.floor(number / 8);
      if (byteIndex >= bits.length) grow(byteIndex + 1);
      addByte(byteIndex, 0x80 >> (number % 8));
    },
    has(number) {
      return ((bits[Math.floor(number / 8)] ?? 0) & (0x80 >> (number % 8))) !== 0;
    },
    load(fromByte, bytes) {
      if (fromByte + bytes.length > bits.length) grow(fromByte + bytes.length);
      for (let at = 0; at < bytes.length; at++) addByte(fromByte + at, bytes[at] ?? 0);
    },
    countBetween(after, before) {
      if (before - after < 2) return 0;
      return countBelow(before) - countBelow(after + 1);
    },
  };
}
