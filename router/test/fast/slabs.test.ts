import t from 'tap';
import { createSlabs } from '../../proxy/fast/slabs.ts';

t.test('slabs: a piece stays as it was copied until it is given back, then its memory is used again', async (t) => {
  const slabs = createSlabs(16);
  const memory = Buffer.from('one two three');
  const [one, two] = [slabs.copy(memory, 0, 3), slabs.copy(memory, 4, 7)];
  memory.fill('x');
  t.equal(`${one} ${two}`, 'one two');
  t.not(one.buffer, two.buffer);
  slabs.giveBack(one);
  const next = slabs.copy(Buffer.from('sixteen letters!'), 0, 16);
  t.equal(String(next), 'sixteen letters!', 'the whole of it is there again');
  t.equal(next.buffer, one.buffer);
  t.equal(String(two), 'two');
});

t.test('slabs: few are kept', async (t) => {
  const slabs = createSlabs(1);
  const pieces = Array.from({ length: 100 }, () => slabs.copy(Buffer.from('x'), 0, 1));
  for (const piece of pieces) slabs.giveBack(piece);
  const known = new Set(pieces.map(({ buffer }) => buffer));
  const again = Array.from({ length: 100 }, () => slabs.copy(Buffer.from('y'), 0, 1));
  t.equal(again.filter(({ buffer }) => known.has(buffer)).length, 64);
});
