import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { hashPassword } from '@fairline/shared/password.ts';
import { ask, readLines } from '../operators/ask-hidden.ts';
import { findEntryProblems, putEntry } from '../operators/operator-entry.ts';

const help = `Usage: npm run operator:add -- [--file <OPERATORS_FILE>] [--name <name>] [--role viewer|operator]

Adds somebody who may log in at /system, or gives them another password or role.
Asks for what is not given. The password is never shown, printed or taken from the command line:
it is asked for twice on a terminal, or read as the first line of what is piped in:

  npm run --silent operator:add -- --file operators --name kim --role operator < password

With --file (or OPERATORS_FILE set) the entry goes into that file, which running consoles read again
within a second. Without, it is printed for OPERATORS.
`;

const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

async function askPassword(): Promise<string> {
  const first = await ask('Password (not shown): ', { isHidden: true });
  const second = await ask('The same once more: ', { isHidden: true });
  if (first !== second) throw new Error('The two passwords are not the same; nothing was written.');
  return first;
}

async function readExisting(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** In one step, so that a console never reads half a file; for its owner alone. */
async function replaceFile(file: string, text: string): Promise<void> {
  const next = `${file}.${process.pid}.new`;
  await writeFile(next, text, { mode: 0o600, flag: 'wx' });
  await chmod(next, 0o600);
  await rename(next, file);
}

async function run(): Promise<void> {
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const isTerminal = process.stdin.isTTY === true;
  if (!isTerminal && (values.name === undefined || values.role === undefined))
    throw new Error('Without a terminal --name and --role must be given; see --help.');
  const name = values.name ?? (await ask('Name: '));
  const role = values.role ?? ((await ask('Role (viewer or operator) [operator]: ')) || 'operator');
  const password = isTerminal ? await askPassword() : ((await readLines())[0] ?? '');
  const problems = findEntryProblems({ name, role, password });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const hash = await hashPassword(password);
  const file = values.file ?? process.env.OPERATORS_FILE;
  if (file === undefined || file === '') {
    process.stdout.write(`${name}:${role}:${hash}\n`);
    return;
  }
  await replaceFile(file, putEntry(await readExisting(file), { name, role, hash }));
  process.stderr.write(`${name} (${role}) is in ${file}.\n`);
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
