import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const folder = new URL('./assets/', import.meta.url);

/** A file of the pages, named by its content so that browsers may keep it for good. */
export type Asset = { name: string; path: string; type: string; body: string; hash: string };

export function createAsset(name: string, extension: string, type: string, body: string): Asset {
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 12);
  return { name: `${name}.${extension}`, path: `/queue/assets/${name}.${hash}.${extension}`, type, body, hash };
}

function readPart(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

/** Style without its indentation, which browsers do not need. */
export function readStyle(name: string): string {
  return readPart(name).replace(/^\s+/gm, '');
}

/**
 * Modules put into one file without comments and indentation, so that the page loads one script, and no more than it
 * needs. Texts of several lines in them would suffer: they have none.
 */
export function joinModules(...names: string[]): string {
  return names
    .map((name) =>
      readPart(name)
        .replace(/^import .*\n/gm, '')
        .replace(/^export /gm, '')
        .replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, '')
        .replace(/^ *\/\/ .*\n/gm, '')
        .replace(/^\s+/gm, ''),
    )
    .join('\n');
}

/** What the pages may load: their own style, script, logo and answers, nothing else. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
