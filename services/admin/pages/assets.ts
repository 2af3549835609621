import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const assetsFolder = join(import.meta.dirname, 'assets');
const prefix = '/system/assets/';

/** Address of each own static file, with a hash of its content, so that browsers may keep it for good. */
export type AssetUrls = Readonly<Record<string, string>>;

export type Assets = {
  urls: AssetUrls;
  /** The file behind a hashed name; undefined for any other name. */
  fileOf(hashedName: string): string | undefined;
};

/** Reads the folder once, at start. */
export function loadAssets(folder: string = assetsFolder): Assets {
  const urls: Record<string, string> = {};
  const files = new Map<string, string>();
  for (const file of readdirSync(folder)) {
    const hash = createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('base64url')
      .slice(0, 12);
    const hashedName = file.replace(/\.(?=[^.]+$)/, `.${hash}.`);
    files.set(hashedName, file);
    urls[file] = prefix + hashedName;
  }
  return { urls: Object.freeze(urls), fileOf: (hashedName) => files.get(hashedName) };
}
