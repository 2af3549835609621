import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const assetPrefix = '/assets/booking/';

/** The room's own static files, each known by a hash of its content. */
export type AssetIndex = {
  /** URL that changes with the content, so that browsers may keep it for good. Throws for a file that is not there. */
  urlOf(name: string): string;
  hashOf(name: string): string | undefined;
};

/** Reads every file of the folder once. */
export async function readAssets(folder: string): Promise<AssetIndex> {
  const hashes = new Map<string, string>();
  for (const name of await readdir(folder)) {
    const content = await readFile(join(folder, name));
    hashes.set(name, createHash('sha256').update(content).digest('base64url').slice(0, 12));
  }
  return {
    hashOf: (name) => hashes.get(name),
    urlOf(name) {
      const hash = hashes.get(name);
      if (hash === undefined) throw new Error(`no asset ${name}`);
      return `${assetPrefix}${name}?v=${hash}`;
    },
  };
}

/**
 * For good when the URL names the content this process has; else (a page of another version asked here) only until
 * asked again, so that nobody keeps the wrong file under a URL that never expires.
 */
export function decideAssetCaching(hash: string | undefined, askedHash: string | undefined): string {
  return hash !== undefined && hash === askedHash ? 'public, max-age=31536000, immutable' : 'no-cache';
}
