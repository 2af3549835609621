import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { startSystem } from '@fairline/shared/testing/system.ts';
import t from 'tap';

const text = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]).join('');
/** Lines `# → …` say what is printed, with … for anything. */
const expected = [...commands.matchAll(/^# → (.*)$/gm)].map((match) => String(match[1]));

t.test('the examples of docs/api.md work as printed', async (t) => {
  const system = await startSystem(t);
  const script = commands.replace('http://127.0.0.1:8080', system.url());
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], { timeout: 30_000 });
  const printed = stdout.split('\n').filter(Boolean);
  t.equal(printed.length, expected.length, stdout);
  for (const [index, line] of expected.entries()) {
    const pattern = line
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*');
    t.match(printed[index], new RegExp(`^${pattern}$`), line);
  }
});
