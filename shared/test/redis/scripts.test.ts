import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { loadScript } from '../../redis/scripts.ts';
import { eventKeys, sharedKeys } from '../../stores/keys.ts';

const stores = new URL('../../stores/', import.meta.url);
const libraryFolder = new URL('line/scripts/', stores);
const files = readdirSync(stores, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.lua') && !path.includes('/lib/'),
);
const eventNames = Object.keys(eventKeys('default'));
const names = new Set([
  ...eventNames,
  // Where a sale that ended is kept.
  ...eventNames.map((name) => `kept${name.charAt(0).toUpperCase()}${name.slice(1)}`),
  ...Object.entries(sharedKeys).flatMap(([name, key]) => (typeof key === 'object' ? Object.keys(key) : name)),
  // The window that runs and the one before.
  ...['current', 'previous'],
]);

for (const path of files) {
  t.test(path, async (t) => {
    const text = readFileSync(new URL(path, stores), 'utf8');
    const name = path.replace(/^.*\//, '').replace('.lua', '');
    const script = loadScript(new URL(`./${path.replace(/[^/]+$/, '')}`, stores), name, libraryFolder);
    t.match(text, /^#!lua/, 'starts with its flags');
    t.match(text.split('\n')[1], /^-- \S/, 'says what it does');
    t.match(text, /^-- ARGV /m, 'lists its arguments');
    t.match(text, /^-- Returns /m, 'lists its answers');
    for (const key of script.keyNames) t.ok(names.has(key), `key ${key} exists`);
    t.equal(new Set(script.keyNames).size, script.keyNames.length, 'no key twice');
    const used = new Set([...script.source.matchAll(/\bkey\.(\w+)/g)].map((match) => match[1]));
    t.same(
      [...used].filter((key) => !script.keyNames.includes(String(key))),
      [],
      'every key used is declared',
    );
    t.same(
      script.keyNames.filter((key) => !used.has(key)),
      [],
      'every key declared is used',
    );
    const body = text.slice(text.indexOf('-- Returns'));
    t.notMatch(body, /\bKEYS\[/, 'no key by index');
    t.notMatch(body, /ARGV\[\d+\].*redis\.call|redis\.call\(.*ARGV\[\d/, 'no argument by index in a call');
  });
}
