import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const folder = join(import.meta.dirname, 'assets');
const prefix = '/system/assets/';
const uplotFolder = dirname(createRequire(import.meta.url).resolve('uplot'));
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** `from './x.js'`, `import './x.js'`, `import('./x.js')`, spelled as the formatter spells them. */
const imports = /((?:from|import) ?\(?)'\.\/([\w-]+\.js)'/g;

/** Address of each own static file, with a hash of its content, so that browsers may keep it for good. */
export type AssetUrls = Readonly<Record<string, string>>;

export type Asset = { type: string; body: Buffer; gzipped: Buffer };

export type Assets = {
  urls: AssetUrls;
  /** Addresses of a module and of all it imports, so that a page can ask for them at once. */
  modulesOf(entry: string): readonly string[];
  /** What stands behind an address. `isSame`: it has the very content that the hash names, which stays so for good. */
  find(hashedName: string): { asset: Asset; isSame: boolean } | undefined;
};

/** The sources by name: the folder's files, its styles as one file in the order of their names, the charts' library. */
export function readSources(): ReadonlyMap<string, string> {
  const read = (...path: string[]) => readFileSync(join(...path), 'utf8');
  const named = (where: string, kind: RegExp) =>
    readdirSync(where)
      .filter((name) => kind.test(name))
      .sort();
  const styles = named(join(folder, 'styles'), /\.css$/).map((name) => read(folder, 'styles', name));
  return new Map([
    ...named(folder, /\.(js|svg)$/).map((name): [string, string] => [name, read(folder, name)]),
    ['console.css', [read(uplotFolder, 'uPlot.min.css'), ...styles].join('\n')],
    // Its smallest form is a script that names the library; this makes a module of it.
    ['uplot.js', `${read(uplotFolder, 'uPlot.iife.min.js')}\nexport default uPlot;\n`],
  ]);
}

/**
 * Names every file by its content. Imports among the modules are turned into those names, so a module's hash covers all
 * that it loads. Throws for an import of a file that is not there, or of itself by a circle.
 */
export function loadAssets(sources: ReadonlyMap<string, string> = readSources()): Assets {
  const assets = new Map<string, Asset & { hashedName: string }>();
  const importsOf = new Map<string, readonly string[]>();

  function add(name: string, via: readonly string[]): string {
    const known = assets.get(name);
    if (known) return known.hashedName;
    const source = sources.get(name);
    if (source === undefined || via.includes(name)) throw new Error(`${via.at(-1)} cannot import ${name}`);
    const imported: string[] = [];
    const text = source.replace(imports, (_match, before: string, target: string) => {
      imported.push(target);
      return `${before}'./${add(target, [...via, name])}'`;
    });
    const body = Buffer.from(text);
    const hash = createHash('sha256').update(body).digest('base64url').slice(0, 12);
    const hashedName = name.replace(/\.(?=[^.]+$)/, `.${hash}.`);
    assets.set(name, { type: types[extname(name)] ?? 'text/plain', body, gzipped: gzipSync(body), hashedName });
    importsOf.set(name, imported);
    return hashedName;
  }

  const urls: Record<string, string> = {};
  for (const name of sources.keys()) urls[name] = prefix + add(name, []);

  function modulesOf(entry: string): string[] {
    const all = new Set<string>();
    const visit = (name: string) => {
      if (all.has(name)) return;
      all.add(name);
      importsOf.get(name)?.forEach(visit);
    };
    visit(entry);
    return [...all].map((name) => urls[name] ?? '');
  }

  return {
    urls: Object.freeze(urls),
    modulesOf,
    find(hashedName) {
      const [, name, extension] = /^([\w-]+)\.[\w-]{12}\.(\w+)$/.exec(hashedName) ?? [];
      const asset = assets.get(`${name}.${extension}`);
      return asset && { asset, isSame: asset.hashedName === hashedName };
    },
  };
}
