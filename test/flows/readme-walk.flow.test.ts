import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { startSystem } from '@fairline/shared/testing/system.ts';
import t from 'tap';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const walk = readme.slice(readme.indexOf("## A visitor's walk"), readme.indexOf('## Settings'));
const commands = [...walk.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]).join('');
/** Lines `# → …` say what is printed, with … for anything. */
const expected = [...commands.matchAll(/^# → (.*)$/gm)].map((match) => String(match[1]));

t.test("the README's walk works as printed", async (t) => {
  const system = await startSystem(t);
  const script = commands.replace('http://127.0.0.1:8080', system.url());
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], { timeout: 20_000 });
  const printed = stdout.split('\n').filter(Boolean);
  t.ok(expected.length >= 5);
  t.equal(printed.length, expected.length, stdout);
  for (const [index, line] of expected.entries()) {
    const pattern = line
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*');
    t.match(printed[index], new RegExp(`^${pattern}$`), line);
  }
});
