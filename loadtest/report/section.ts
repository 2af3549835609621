import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Puts `content` between `<!-- name -->` and `<!-- /name -->`, whatever stood there; appends the markers when the text
 * has none. Throws on markers that do not make a pair, rather than lose what somebody wrote.
 */
export function replaceSection(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const section = `${open}\n\n${content.trim()}\n\n${close}`;
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start === -1 && end === -1) return `${text.trimEnd()}${text.trim() === '' ? '' : '\n\n'}${section}\n`;
  if (start === -1 || end < start) throw new Error(`the markers of ${name} do not make a pair`);
  return text.slice(0, start) + section + text.slice(end + close.length);
}

/** The same in a file, in one step; a file that is missing begins with `title` as its heading. */
export async function writeSection(file: string, name: string, content: string, title: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return `# ${title}\n`;
    throw error;
  });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, replaceSection(text, name, content));
  await rename(`${file}.new`, file);
}
