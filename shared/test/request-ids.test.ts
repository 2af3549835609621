import t from 'tap';
import { createRequestIds } from '../request-ids.ts';

t.test('request ids: of a sane form, never the same twice, and not in order', async (t) => {
  const first = createRequestIds();
  const second = createRequestIds();
  const ids = Array.from({ length: 10_000 }, (_, index) => (index % 2 === 0 ? first() : second()));
  t.equal(new Set(ids).size, ids.length);
  for (const id of ids.slice(0, 100)) t.match(id, /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/);
  const numbers = ids.filter((_, index) => index % 2 === 0).map((id) => Number.parseInt(id.split('-')[1] ?? '', 16));
  t.ok(numbers.some((number, index) => number < (numbers[index - 1] ?? 0)));
});
