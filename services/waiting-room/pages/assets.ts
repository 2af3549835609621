import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const folder = new URL('./assets/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

export type Asset = { path: string; type: string; body: string; hash: string };

function createAsset(name: string, extension: string, type: string, body: string): Asset {
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 12);
  return { path: `/queue/assets/${name}.${hash}.${extension}`, type, body, hash };
}

/** Modules put into one file, so that the page loads one script. */
function joinModules(...names: string[]): string {
  return names
    .map((name) =>
      read(name)
        .replace(/^import .*\n/gm, '')
        .replace(/^export /gm, ''),
    )
    .join('\n');
}

/** The style and the script of the pages, named by their content, read once at start. */
export const styleAsset = createAsset('page', 'css', 'text/css; charset=utf-8', read('page.css'));
export const scriptAsset = createAsset(
  'waiting',
  'js',
  'text/javascript; charset=utf-8',
  joinModules('wait-text.js', 'waiting.js'),
);

/** What the pages may load: their own style, script and answers, nothing else. */
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
