import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';

/**
 * Loads a Lua file whose header names its keys, so that the header is what binds them:
 *
 *     #!lua flags=allow-oom
 *     -- What the script does, in one sentence.
 *     -- USES announce
 *     -- KEY lock string
 *     -- KEY booked set
 *     -- ARGV token, limit
 *
 * Every `KEY <name> <type>` line becomes `key.<name>`; a key that holds another type refuses the call with `WRONGKEY`
 * before anything is written. `USES` puts functions from `lib/<name>.lua` in front, for the rules that two scripts share.
 */
export type Script = {
  /** File name without its ending, also the command's name on the connection. */
  name: string;
  /** Names of the keys in the order of KEYS. */
  keyNames: readonly string[];
  source: string;
};

const keyLine = /^-- KEY (\w+) (string|hash|list|set|zset|stream)$/gm;
const usesLine = /^-- USES (.+)$/m;

/** `libraryFolder`: where `lib/` is found; the script's own folder unless told otherwise. */
export function loadScript(folder: URL, name: string, libraryFolder: URL = folder): Script {
  const body = readFileSync(new URL(`${name}.lua`, folder), 'utf8');
  const firstLineEnd = body.indexOf('\n');
  const shebang = body.slice(0, firstLineEnd);
  if (!shebang.startsWith('#!lua')) throw new Error(`${name}.lua: the first line must be #!lua`);
  const keys = [...body.matchAll(keyLine)].map((match) => ({ name: String(match[1]), type: String(match[2]) }));
  const libraries = (usesLine.exec(body)?.[1] ?? '').split(',').filter(Boolean);
  const source = [
    shebang,
    bindKeys(keys),
    ...libraries.map((library) => readFileSync(new URL(`lib/${library.trim()}.lua`, libraryFolder), 'utf8')),
    body.slice(firstLineEnd + 1),
  ].join('\n');
  return { name, keyNames: keys.map((key) => key.name), source };
}

function bindKeys(keys: readonly { name: string; type: string }[]): string {
  const names = keys.map((key, index) => `${key.name} = KEYS[${index + 1}]`);
  const types = keys.map((key) => `'${key.type}'`);
  return `local key = { ${names.join(', ')} }
for index, expected in ipairs({ ${types.join(', ')} }) do
  local actual = redis.call('TYPE', KEYS[index]).ok
  if actual ~= 'none' and actual ~= expected then
    return redis.error_reply('WRONGKEY ' .. KEYS[index] .. ' holds a ' .. actual .. ', expected a ' .. expected)
  end
end`;
}

export type ScriptRunner = (args: readonly (string | number)[]) => Promise<unknown>;

/** Binds a script to a connection and to the keys it names; missing names throw here, at start. */
export function bindScript(redis: Redis, script: Script, keys: Record<string, string>): ScriptRunner {
  const keyList = script.keyNames.map((name) => {
    const key = keys[name];
    if (key === undefined) throw new Error(`${script.name}.lua wants the key ${name}, which the store does not have`);
    return key;
  });
  const command = `fairline:${script.name}`;
  redis.defineCommand(command, { lua: script.source, numberOfKeys: keyList.length });
  const run = (redis as unknown as Record<string, (...args: (string | number)[]) => Promise<unknown>>)[command];
  if (!run) throw new Error(`the connection has no command ${command}`);
  return (args) => run.call(redis, ...keyList, ...args);
}
