import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@fairline/shared/logger.ts';
import { hashPassword } from '@fairline/shared/password.ts';
import t from 'tap';
import { openOperatorBook } from '../operators/operator-book.ts';
import { findEntryProblems, putEntry } from '../operators/operator-entry.ts';
import { createToken, findToken, hashToken, parseTokens } from '../operators/tokens.ts';

const logger = createLogger({ room: 'admin', instanceId: 'test', level: 'silent' });
const hash = await hashPassword('correct horse battery');

t.test('operator book: a changed file counts at once, a bad one leaves the last good in force', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'operators-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'operators');
  await writeFile(file, `# the hall\nlee:viewer:${hash}\n`);
  const { book, problems } = await openOperatorBook({ text: `kim:operator:${hash}`, file, logger });
  t.same(problems, []);
  t.same([...book.operators().keys()], ['kim', 'lee']);
  await writeFile(file, `lee:operator:${hash}\nmin:viewer:${hash}\n`);
  await book.reload();
  t.same([...book.operators().keys()], ['kim', 'lee', 'min']);
  t.equal(book.operators().get('lee')?.role, 'operator');
  for (const bad of [`lee:king:${hash}`, `kim:viewer:${hash}`]) {
    await writeFile(file, bad);
    await book.reload();
    t.equal(book.operators().size, 3, bad.slice(0, 8));
  }
  await rm(file);
  await book.reload();
  t.equal(book.operators().size, 3, 'a file that is gone');
});

t.test('operator book: what has not changed is not told again', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'operators-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'operators');
  await writeFile(file, `lee:viewer:${hash}\n`);
  for (const known of [file, undefined]) {
    const lines: string[] = [];
    const listened = createLogger({
      ...{ room: 'admin', instanceId: 'test', level: 'info' },
      destination: { write: (line) => void lines.push(line) },
    });
    const { book } = await openOperatorBook({ text: `kim:operator:${hash}`, file: known, logger: listened });
    await book.reload();
    await book.reload();
    t.same(lines, [], known ?? 'without a file');
  }
});

t.test('operator book: nobody at all, or a file that is not there, is told at the start', async (t) => {
  t.match((await openOperatorBook({ text: '', file: undefined, logger })).problems, [/nobody may log in/]);
  t.match((await openOperatorBook({ text: '', file: '/nowhere/operators', logger })).problems, [/cannot be read/]);
});

t.test('operator entry: a new one is put at the end, one of the same name takes its place', async (t) => {
  const kim = putEntry('# us\n', { name: 'kim', role: 'viewer', hash });
  t.equal(kim, `# us\nkim:viewer:${hash}\n`);
  const both = putEntry(kim, { name: 'lee', role: 'viewer', hash });
  t.equal(putEntry(both, { name: 'kim', role: 'operator', hash }), `# us\nkim:operator:${hash}\nlee:viewer:${hash}\n`);
  const problems = findEntryProblems({ name: 'a b', role: 'king', password: 'short-secret'.slice(0, 5) });
  t.equal(problems.length, 3);
  t.notMatch(problems.join(), /short/);
  t.same(findEntryProblems({ name: 'kim', role: 'viewer', password: '비밀번호는길고기억하기쉬운문장' }), []);
});

t.test('token: found by its text alone, whatever else is in the header is none', async (t) => {
  const token = createToken();
  const { tokens, problems } = parseTokens([`ci:viewer:${hashToken(token)}`]);
  t.same(problems, []);
  t.match(findToken(tokens, `Bearer ${token}`), { name: 'ci', role: 'viewer' });
  for (const header of ['', 'Bearer ', `Basic ${token}`, `Bearer ${token}x`, `Bearer ${hashToken(token)}`])
    t.equal(findToken(tokens, header), undefined, header.slice(0, 8));
  t.equal(parseTokens(['ci', 'ci:king:00', 'a b:viewer:00', 'ci:viewer:xyz']).problems.length, 4);
});
