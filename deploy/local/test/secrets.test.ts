import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { LaunchProblem } from '../launch-problem.ts';
import { createPassword, readSecrets } from '../secrets.ts';

const names = ['COOKIE_SECRETS', 'TICKET_SECRETS', 'IDENTITY_SECRETS', 'ADMIN_SECRETS'] as const;

t.test('secrets: made once, kept, readable by their owner only', async (t) => {
  const file = join(t.testdir(), 'data', 'secrets.json');
  const first = await readSecrets(file, {});
  for (const name of names) t.match(first[name], /^[\w-]{43}$/);
  t.match(first.INVITE_SECRETS, /^[\w-]{43}$/);
  t.equal(new Set(Object.values(first)).size, 5, 'each its own');
  t.notMatch(await readFile(file, 'utf8'), /INVITE/, 'which is made of another');
  t.equal((await stat(file)).mode & 0o777, 0o600);
  t.same(await readSecrets(file, {}), first);
});

t.test('secrets: two starts at once agree', async (t) => {
  const file = join(t.testdir(), 'secrets.json');
  const [one, two] = await Promise.all([readSecrets(file, {}), readSecrets(file, {})]);
  t.same(one, two);
});

t.test('secrets: what is configured wins and is not written down', async (t) => {
  const file = join(t.testdir(), 'secrets.json');
  const mine = `${'n'.repeat(32)},${'o'.repeat(32)}`;
  const secrets = await readSecrets(file, { COOKIE_SECRETS: mine });
  t.equal(secrets.COOKIE_SECRETS, mine);
  t.notMatch(await readFile(file, 'utf8'), /nnnn/);
});

t.test('secrets: with all configured, nothing is written', async (t) => {
  const file = join(t.testdir(), 'secrets.json');
  await readSecrets(file, Object.fromEntries(names.map((name, index) => [name, String(index).repeat(32)])));
  await t.rejects(stat(file), { code: 'ENOENT' });
});

t.test('secrets: a short one is refused without being shown', async (t) => {
  const file = join(t.testdir(), 'secrets.json');
  const error = await readSecrets(file, { COOKIE_SECRETS: 'hunter2', ADMIN_SECRETS: 'x' }).catch((error) => error);
  t.ok(error instanceof LaunchProblem);
  t.match(error.lines, [/^COOKIE_SECRETS: .*32/, /^ADMIN_SECRETS: .*32/]);
  t.notMatch(error.message, /hunter2/);
});

t.test('secrets: a damaged file stops the start instead of losing everyone their place', async (t) => {
  const file = join(t.testdir(), 'secrets.json');
  for (const text of ['', '{', '[]', 'null', '{"COOKIE_SECRETS":"short"}']) {
    await writeFile(file, text);
    await t.rejects(readSecrets(file, {}), { name: 'LaunchProblem', message: /is damaged/ }, text);
    t.equal(await readFile(file, 'utf8'), text, 'and is left as it is');
  }
  await chmod(file, 0o600);
});

t.test('secrets: a password can be read out', async (t) => {
  t.match(createPassword(), /^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){3}$/);
  t.not(createPassword(), createPassword());
});
