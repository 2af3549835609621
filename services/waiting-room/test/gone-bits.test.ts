import fc from 'fast-check';
import t from 'tap';
import { createGoneBits } from '../line/gone-bits.ts';

/** Bytes as Redis stores a bitmap. */
function toBytes(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.floor(Math.max(0, ...numbers) / 8) + 1);
  for (const number of numbers) bytes[number >> 3] = (bytes[number >> 3] ?? 0) | (0x80 >> (number & 7));
  return bytes;
}

const countNaively = (gone: ReadonlySet<number>, after: number, before: number) =>
  [...gone].filter((number) => number > after && number < before).length;

const anyNumber = fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 200_000 }));

t.test('gone bits: a count equals counting by hand, whether set one by one or loaded in pieces', async () => {
  fc.assert(
    fc.property(
      fc.array(anyNumber, { maxLength: 200 }),
      fc.array(anyNumber, { maxLength: 200 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.array(fc.tuple(anyNumber, anyNumber), { minLength: 1, maxLength: 20 }),
      (loaded, set, pieceBytes, ranges) => {
        const bits = createGoneBits();
        const bytes = toBytes(loaded);
        for (let at = 0; at < bytes.length; at += pieceBytes) bits.load(at, bytes.subarray(at, at + pieceBytes));
        for (const number of set) bits.set(number);
        const gone = new Set([...loaded, ...set]);
        if (loaded.length === 0) gone.delete(0);
        return ranges.every(
          ([after, before]) => bits.countBetween(after, before) === countNaively(gone, after, before),
        );
      },
    ),
    { numRuns: 300, seed: 20_261_122 },
  );
});

t.test('gone bits: has() knows what was set, and numbers far beyond are not gone', async (t) => {
  const bits = createGoneBits();
  bits.set(7);
  bits.set(7);
  bits.set(1_000_000);
  t.equal(bits.has(7), true);
  t.equal(bits.has(8), false);
  t.equal(bits.has(50_000_000), false);
  t.equal(bits.countBetween(0, 2_000_000), 2);
  t.equal(bits.countBetween(7, 1_000_000), 0, 'both ends are left out');
  t.equal(bits.countBetween(9, 3), 0, 'an empty range');
});
