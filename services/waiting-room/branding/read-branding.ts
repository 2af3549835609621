import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { ConfigError } from '@fairline/shared/config.ts';
import { createLook, type Look } from '../pages/look.ts';
import { mostPageBytes, weighPage } from '../pages/page-weight.ts';
import { checkBranding, plainBranding } from './branding.ts';

const mostFiles = 50;
const mostFileBytes = 64 * 1024;

/**
 * The look of the pages from a template folder; `undefined`: our own. Throws a ConfigError with every problem of the
 * folder, one a line.
 */
export function readLook(folder: string | undefined): Look {
  if (folder === undefined) return createLook(plainBranding);
  const refuse = (problems: readonly string[]) => new ConfigError(problems.map((each) => `BRANDING_DIR ${each}`));
  const { files, problems } = readTemplate(folder);
  const checked = checkBranding(files);
  problems.push(...checked.problems);
  if (problems.length > 0) throw refuse(problems);
  const look = createLook(checked.branding);
  for (const words of look.languages) {
    const bytes = weighPage(look, words);
    if (bytes > mostPageBytes) {
      problems.push(`makes the page in "${words.language}" ${bytes} bytes with all it loads, most ${mostPageBytes}`);
    }
  }
  if (problems.length > 0) throw refuse(problems);
  return look;
}

function readTemplate(folder: string): { files: Map<string, string>; problems: string[] } {
  const files = new Map<string, string>();
  const problems: string[] = [];
  let names: string[] = [];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.split(sep).some((part) => part.startsWith('.')))
      .sort();
  } catch (error) {
    problems.push(`${folder} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (names.length > mostFiles) return { files, problems: [`${folder} holds more than ${mostFiles} files`] };
  for (const name of names) {
    const path = name.split(sep).join('/');
    try {
      const stats = statSync(join(folder, name));
      if (!stats.isFile()) continue;
      if (stats.size > mostFileBytes) problems.push(`${path}: is larger than ${mostFileBytes} bytes`);
      else files.set(path, readFileSync(join(folder, name), 'utf8'));
    } catch (error) {
      problems.push(`${path}: cannot be read: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { files, problems };
}
