import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { replaceSection, writeSection } from '../section.ts';
import { renderTable } from '../table.ts';

t.test('section: replaced between its markers, the rest stays', async (t) => {
  const text = '# Title\n\nbefore\n\n<!-- a -->\nold\n<!-- /a -->\n\nafter\n';
  const once = replaceSection(text, 'a', 'new');
  t.equal(once, '# Title\n\nbefore\n\n<!-- a -->\n\nnew\n\n<!-- /a -->\n\nafter\n');
  t.equal(replaceSection(once, 'a', 'new'), once, 'twice is the same');
  t.equal(replaceSection('# Title\n', 'b', 'x'), '# Title\n\n<!-- b -->\n\nx\n\n<!-- /b -->\n');
  t.throws(() => replaceSection('<!-- a --> only', 'a', 'x'), /pair/);
});

t.test('section: a file that is missing begins with its title', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fairline-report-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'docs', 'numbers.md');
  await writeSection(file, 'a', 'x', 'Numbers');
  t.equal(await readFile(file, 'utf8'), '# Numbers\n\n<!-- a -->\n\nx\n\n<!-- /a -->\n');
  await writeFile(file, '# Other\n');
  await writeSection(file, 'a', 'y', 'Numbers');
  t.equal(await readFile(file, 'utf8'), '# Other\n\n<!-- a -->\n\ny\n\n<!-- /a -->\n');
});

t.test('table: cells stay cells', async (t) => {
  t.equal(renderTable(['a', 'b'], [['x|y', 1]]), '| a | b |\n| --- | ---: |\n| x\\|y | 1 |');
});
