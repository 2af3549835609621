import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadScript } from '@fairline/shared/redis/scripts.ts';

/** What a script does with Redis: which commands, and which keys by their names in the stores. */
export type ScriptRights = { commands: readonly string[]; keyNames: readonly string[] };

const stores = new URL('../../shared/stores/', import.meta.url);
const libraries = new URL('line/scripts/', stores);

/** Read from the scripts themselves: their headers name the keys, and every call names its command. */
export function readScriptRights(): ReadonlyMap<string, ScriptRights> {
  const files = readdirSync(fileURLToPath(stores), { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.lua') && !path.includes('/lib/'),
  );
  return new Map(files.map((path) => [basename(path, '.lua'), readRights(path)]));
}

function readRights(path: string): ScriptRights {
  const name = basename(path, '.lua');
  const { source, keyNames } = loadScript(new URL(path.slice(0, -`${name}.lua`.length), stores), name, libraries);
  const calls = [...source.matchAll(/redis\.p?call\(([^,)]*)/g)].map(([, first = '']) => first);
  const unread = calls.filter((first) => !/^'[A-Z]+'$/.test(first));
  if (unread.length > 0) throw new Error(`${name}.lua calls commands that are not spelt out: ${unread.join(' ')}`);
  return { commands: [...new Set(calls.map((first) => first.slice(1, -1).toLowerCase()))], keyNames };
}
