import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';
import t from 'tap';

const root = join(import.meta.dirname, '..');
const rooms = ['router', 'services/booking', 'services/waiting-room', 'services/queue-processor', 'services/admin'];

type Import = { file: string; specifier: string };

function listImports(folder: string): Import[] {
  const files = globSync(`${folder}/**/*.{ts,js,mjs}`, {
    cwd: root,
    exclude: (name) => /(^|\/)node_modules$/.test(name),
  });
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const specifiers = text.matchAll(/(?:\bfrom\s+|^\s*import\s+|\bimport\(\s*)(['"])(?<specifier>[^'"\n]+)\1/gm);
    const found = Array.from(specifiers, ({ groups }) => ({ file, specifier: groups?.specifier ?? '' }));
    // Texts that a test makes up are no imports.
    return found.filter(({ specifier }) => !specifier.includes('${'));
  });
}

/** The place in the repository that an import names; undefined for packages from elsewhere. */
function placeOf({ file, specifier }: Import): string | undefined {
  if (specifier.startsWith('.')) return normalize(join(dirname(file), specifier));
  const name = /^@fairline\/([^/]+)/.exec(specifier)?.[1];
  if (name === undefined) return undefined;
  if (name === 'shared' || name === 'router' || name === 'loadtest') return specifier.replace('@fairline/', '');
  return specifier.replace('@fairline/', name === 'local' ? 'deploy/' : 'services/');
}

function isWithin(folder: string, path: string): boolean {
  return !relative(folder, path).startsWith('..');
}

for (const room of rooms) {
  t.test(`imports: ${room} imports only its own files and shared`, async (t) => {
    const imports = listImports(room);
    t.ok(imports.length > 0, 'has files');
    const strangers = imports.filter((found) => {
      const place = placeOf(found);
      return place !== undefined && !isWithin(room, place) && !isWithin('shared', place);
    });
    t.same(strangers, []);
    const roundabout = imports.filter(
      (found) => found.specifier.startsWith('.') && !isWithin(room, placeOf(found) ?? ''),
    );
    t.same(roundabout, [], 'shared is imported by its name');
  });

  t.test(`rooms: ${room} begins with the same files as every room`, async (t) => {
    for (const file of ['main.ts', 'app.ts', 'config.ts', 'README.md']) t.ok(existsSync(join(root, room, file)), file);
  });

  t.test(`rooms: ${room} reads the environment in main.ts only`, async (t) => {
    const readers = globSync(`${room}/**/*.ts`, {
      cwd: root,
      exclude: (name) => /(^|\/)(node_modules|test)$/.test(name),
    })
      .filter((file) => /\bprocess\.env\b/.test(readFileSync(join(root, file), 'utf8')))
      .map((file) => relative(room, file));
    t.same(
      readers.filter((file) => basename(file) !== 'main.ts'),
      [],
    );
  });
}

t.test('imports: shared imports no room', async (t) => {
  const imports = listImports('shared');
  t.ok(imports.length > 0, 'has files');
  const strangers = imports.filter((found) => {
    const place = placeOf(found);
    return place !== undefined && !isWithin('shared', place);
  });
  t.same(strangers, []);
});

t.test('imports: relative imports name their file with its ending', async (t) => {
  const imports = [...rooms, 'shared'].flatMap(listImports);
  const endless = imports.filter(
    ({ specifier }) => specifier.startsWith('.') && !/\.(ts|js|mjs|json)$/.test(specifier),
  );
  t.same(endless, []);
});
