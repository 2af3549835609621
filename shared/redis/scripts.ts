import { readFileSync } from 'node:fs';
import { isOneSlot, type RedisClient } from './client.ts';

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
  /** The same script without some of its keys: what it would do with them is left out. */
  omit(keyNames: readonly string[]): Script;
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
  const parts = libraries.map((library) => readFileSync(new URL(`lib/${library.trim()}.lua`, libraryFolder), 'utf8'));
  return assemble({ name, shebang, keys, rest: [...parts, body.slice(firstLineEnd + 1)].join('\n') });
}

type Key = { name: string; type: string };
type Parts = { name: string; shebang: string; keys: readonly Key[]; rest: string };

function assemble(parts: Parts): Script {
  const { name, shebang, keys, rest } = parts;
  return {
    name,
    keyNames: keys.map((key) => key.name),
    source: [shebang, bindKeys(keys), rest].join('\n'),
    omit: (keyNames) => assemble({ ...parts, keys: keys.filter((key) => !keyNames.includes(key.name)) }),
  };
}

function bindKeys(keys: readonly Key[]): string {
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

/**
 * Binds a script to a connection and to the keys it names. Names that are missing throw here, at start, and so do keys
 * that do not share a slot of a cluster.
 */
export function bindScript(redis: RedisClient, script: Script, keys: Readonly<Record<string, string>>): ScriptRunner {
  const keyList = listKeys(script, keys);
  if (!isOneSlot(redis, keyList))
    throw new Error(`${script.name}.lua wants keys of several slots: ${keyList.join(' ')}`);
  const run = define(redis, script, keyList.length);
  return (args) => run(...keyList, ...args);
}

export type KeyedScriptRunner = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** Binds a script that gets other keys at each call; of a cluster, keys of one slot (see `groupBySlot`). */
export function bindKeyedScript(redis: RedisClient, script: Script): KeyedScriptRunner {
  const run = define(redis, script, undefined);
  return (keys, args) => run(keys.length, ...keys, ...args);
}

function listKeys(script: Script, keys: Readonly<Record<string, string>>): string[] {
  return script.keyNames.map((name) => {
    const key = keys[name];
    if (key === undefined) throw new Error(`${script.name}.lua wants the key ${name}, which the store does not have`);
    return key;
  });
}

type Command = (...args: (string | number)[]) => Promise<unknown>;

/** `keyCount` undefined: it is the first argument of each call. */
function define(redis: RedisClient, { name, source }: Script, keyCount: number | undefined): Command {
  const command = `fairline:${name}`;
  redis.defineCommand(command, { lua: source, ...(keyCount !== undefined && { numberOfKeys: keyCount }) });
  const run = (redis as unknown as Record<string, Command>)[command];
  if (!run) throw new Error(`the connection has no command ${command}`);
  return run.bind(redis);
}
