import t from 'tap';
import { createSignsOfLife } from '../line/signs-of-life.ts';

t.test('signs of life: only of those due or aside, once in ten seconds, in batches', async (t) => {
  const calls: string[][] = [];
  const signs = createSignsOfLife({ store: { noteSigns: async (ids) => void calls.push([...ids]) } });
  signs.note('due', { kind: 'waiting', number: 5 }, 10, 0);
  signs.note('far', { kind: 'waiting', number: 11 }, 10, 0);
  signs.note('aside', { kind: 'aside', number: 2, rank: 1 }, 10, 0);
  signs.note('gone', { kind: 'none' }, 10, 0);
  signs.note('due', { kind: 'waiting', number: 5 }, 10, 3000);
  await signs.flush(3000);
  signs.note('due', { kind: 'waiting', number: 5 }, 10, 9999);
  await signs.flush(9999);
  signs.note('due', { kind: 'waiting', number: 5 }, 10, 10_000);
  await signs.flush(10_000);
  t.same(calls, [['due', 'aside'], ['due']]);
});

t.test('signs of life: a thousand a call', async (t) => {
  const sizes: number[] = [];
  const signs = createSignsOfLife({ store: { noteSigns: async (ids) => void sizes.push(ids.length) } });
  for (let number = 1; number <= 2500; number++) signs.note(`v${number}`, { kind: 'waiting', number }, 5000, 0);
  await signs.flush(0);
  t.same(sizes, [1000, 1000, 500]);
});
