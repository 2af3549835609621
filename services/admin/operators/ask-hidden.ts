import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks on a terminal; what is typed is not shown where `isHidden` says so. */
export async function ask(question: string, { isHidden = false }: { isHidden?: boolean } = {}): Promise<string> {
  // A reader that shows nothing would not show the question either.
  if (isHidden) process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: isHidden ? silent : process.stderr, terminal: true });
  try {
    return await reader.question(isHidden ? '' : question);
  } finally {
    reader.close();
    if (isHidden) process.stderr.write('\n');
  }
}

/** Lines that a script pipes in. */
export async function readLines(): Promise<string[]> {
  let text = '';
  for await (const piece of process.stdin.setEncoding('utf8')) text += piece;
  return text.split('\n').map((line) => line.replace(/\r$/, ''));
}
