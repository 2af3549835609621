/** Kept for the next pieces at most; more are in use only while many clients are slow. */
const maxFree = 64;

/**
 * Memory for pieces of answers on their way to clients, used over and over. A new piece of memory for each would be no matter
 * of its own, but V8 collects the whole heap whenever so much has been asked for outside of it.
 */
export function createSlabs(slabBytes: number) {
  const free: Buffer[] = [];

  return {
    /** A copy of at most `slabBytes`. Whoever has written it gives it back; one that is not given back is not used again. */
    copy(bytes: Buffer, from: number, to: number): Buffer {
      const slab = free.pop() ?? Buffer.allocUnsafeSlow(slabBytes);
      bytes.copy(slab, 0, from, to);
      return slab.subarray(0, to - from);
    },

    giveBack(piece: Buffer): void {
      if (free.length < maxFree) free.push(Buffer.from(piece.buffer as ArrayBuffer));
    },
  };
}

export type Slabs = ReturnType<typeof createSlabs>;
