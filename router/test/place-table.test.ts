import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { createPlaceTable } from '../admission/place-table.ts';
import { readUuid, readUuidPrefix } from '../admission/uuid-words.ts';

t.test('uuid words: every UUID has words of its own, nothing else has any', async (t) => {
  const words = new Int32Array(4);
  t.ok(readUuid('00000001-8000-4fff-a000-ffff00000010', words));
  t.same([...words], [1, 0x80004fff | 0, 0xa000ffff | 0, 0x10]);
  t.ok(readUuidPrefix('00000002-8000-4fff-a000-ffff00000010 and so on', words));
  t.equal(words[0], 2);
  t.notOk(readUuidPrefix('00000002-8000-4fff-a000-ffff0000', words));
  const id = randomUUID();
  const others = [
    '',
    'a',
    id.toUpperCase().replace(/[0-9]/g, 'A'),
    `${id} `,
    id.replaceAll('-', ''),
    id.replace('-', '0'),
    `${id.slice(0, 35)}g`,
    `${id.slice(0, 35)}é`,
    `${id.slice(0, 35)}\u{3b1}`,
    `${id.slice(0, 7)}-${id.slice(8)}`,
  ];
  for (const other of others) t.notOk(readUuid(other, words), other);
});

t.test('place table: keeps what a Map keeps, whatever is put in and taken out', async () => {
  // Words of a few bits, so that many share a home and stand behind each other.
  const digit = fc.constantFrom('0', '1', 'f');
  const uuid = fc.tuple(digit, digit, digit).map(([a, b, c]) => `0000000${a}-000${b}-4000-8000-00000000000${c}`);
  const id = fc.oneof({ weight: 9, arbitrary: uuid }, { weight: 1, arbitrary: fc.constantFrom('v1', '', 'é') });
  const step = fc.record({ id, place: fc.option(fc.nat(9), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const table = createPlaceTable();
      const map = new Map<string, number>();
      for (const { id: changed, place } of steps) {
        if (place === undefined) {
          table.delete(changed);
          map.delete(changed);
        } else {
          table.set(changed, place);
          map.set(changed, place);
        }
        const isSame = steps.every(({ id: any }) => table.get(any) === map.get(any));
        if (!isSame || table.size() !== map.size) return false;
      }
      return true;
    }),
    { numRuns: 200 },
  );
});

t.test('place table: grows to twenty thousand and empties again', async (t) => {
  const table = createPlaceTable();
  const ids = Array.from({ length: 20_000 }, () => randomUUID());
  for (const [index, id] of ids.entries()) table.set(id, index);
  t.equal(table.size(), ids.length);
  t.ok(ids.every((id, index) => table.get(id) === index));
  for (const id of ids.slice(0, 10_000)) table.delete(id);
  t.equal(table.size(), 10_000);
  t.ok(ids.every((id, index) => table.get(id) === (index < 10_000 ? undefined : index)));
});
