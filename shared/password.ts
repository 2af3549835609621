import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * Operators' passwords as text: `scrypt$<N>$<r>$<p>$<salt base64url>$<key base64url>`. The cost travels with the hash, so
 * that it can be raised for new passwords while old ones still verify.
 */
type PasswordHash = { cost: number; blockSize: number; parallelization: number; salt: Buffer; key: Buffer };

const cost = 16_384;
const blockSize = 8;
const parallelization = 1;
const saltBytes = 16;
const keyBytes = 32;
/** A hash comes from configuration; beyond this memory it is a mistake or an attack, and is refused. */
const maxMemoryBytes = 256 * 1024 * 1024;
/** Longer than any passphrase; keeps a login form from being a way to burn CPU. */
const maxPasswordCharacters = 1024;

/** About 16 MiB and 40 ms of one core, off the event loop. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const key = await deriveKey(password, { cost, blockSize, parallelization, salt, key: Buffer.alloc(keyBytes) });
  return ['scrypt', cost, blockSize, parallelization, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** False for a wrong password and for a text that is no hash; compares in constant time. Costs what `hashPassword` does. */
export async function verifyPassword(password: string, text: string): Promise<boolean> {
  const hash = parsePasswordHash(text);
  if (!hash || password.length > maxPasswordCharacters) return false;
  return timingSafeEqual(await deriveKey(password, hash), hash.key);
}

export function isPasswordHash(text: string): boolean {
  return parsePasswordHash(text) !== undefined;
}

function parsePasswordHash(text: string): PasswordHash | undefined {
  const match = /^scrypt\$(\d{1,7})\$(\d{1,3})\$(\d{1,2})\$([\w-]{16,128})\$([\w-]{22,128})$/.exec(text);
  if (!match) return undefined;
  const [, costText, blockSizeText, parallelizationText, salt = '', key = ''] = match;
  const hash = {
    cost: Number(costText),
    blockSize: Number(blockSizeText),
    parallelization: Number(parallelizationText),
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
  const isPowerOfTwo = hash.cost > 1 && Number.isInteger(Math.log2(hash.cost));
  if (!isPowerOfTwo || hash.blockSize < 1 || hash.parallelization < 1) return undefined;
  if (memoryBytes(hash) > maxMemoryBytes) return undefined;
  return hash;
}

/** Node refuses to use more than `maxmem`; scrypt needs 128·N·r, and a little for the blocks worked on. */
function memoryBytes(hash: PasswordHash): number {
  return 128 * hash.blockSize * (hash.cost + hash.parallelization + 2);
}

function deriveKey(password: string, hash: PasswordHash): Promise<Buffer> {
  const options = {
    cost: hash.cost,
    blockSize: hash.blockSize,
    parallelization: hash.parallelization,
    maxmem: 2 * memoryBytes(hash),
  };
  // The same password can be typed as different code points, depending on keyboard and system.
  const typed = password.normalize('NFKC');
  return new Promise((resolve, reject) => {
    scrypt(typed, hash.salt, hash.key.length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
