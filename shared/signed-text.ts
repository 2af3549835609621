import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto';

/** Signs texts with the first of the secrets; any of them verifies. */
export type Signer = {
  /** HMAC-SHA256 of the text, base64url: 43 characters. */
  sign(text: string): string;
  /** Index of the secret that made the signature, -1 for none. Compares in constant time. */
  findSecret(text: string, signature: string): number;
};

export const signatureCharacters = 43;

const blockBytes = 64;
const digestBytes = 32;
/** What we sign is shorter by far; whatever is not goes the slow way. */
const mostTextBytes = 1024;

/** Keys are prepared once, as a signature is made for every request. */
export function createSigner(secrets: readonly string[]): Signer {
  const [first, ...others] = secrets.map(createHmacSha256);
  if (!first) throw new TypeError('a signer needs at least one secret');
  const signatures = [first, ...others];
  const given = Buffer.alloc(signatureCharacters);
  const right = Buffer.alloc(signatureCharacters);
  return {
    sign: first,
    findSecret: (text, signature) => {
      if (signature.length !== signatureCharacters) return -1;
      given.write(signature, 0, 'latin1');
      for (let index = 0; index < signatures.length; index += 1) {
        // The texts are compared, not the bytes they stand for: base64url has several spellings for the same bytes.
        right.write(signatures[index]?.(text) ?? '', 0, 'latin1');
        if (timingSafeEqual(given, right)) return index;
      }
      return -1;
    },
  };
}

/**
 * HMAC-SHA256 (RFC 2104) of short texts by two hashes over prepared buffers: for these the set-up of an Hmac object costs
 * more than the hashing. Long texts and long secrets are left to node:crypto.
 */
function createHmacSha256(secret: string): (text: string) => string {
  const key = createSecretKey(secret, 'utf8');
  const keyBytes = Buffer.from(secret, 'utf8');
  if (keyBytes.length > blockBytes) return (text) => hmacOf(text, key);
  const inner = Buffer.alloc(blockBytes + mostTextBytes);
  const outer = Buffer.alloc(blockBytes + digestBytes);
  for (let at = 0; at < blockBytes; at++) {
    inner[at] = (keyBytes[at] ?? 0) ^ 0x36;
    outer[at] = (keyBytes[at] ?? 0) ^ 0x5c;
  }
  // The parts of `inner` that were hashed, by their length: what is signed has few lengths.
  const parts: (Buffer | undefined)[] = [];
  return (text) => {
    // A character takes at most three bytes.
    if (text.length * 3 > mostTextBytes) return hmacOf(text, key);
    const textBytes = inner.write(text, blockBytes, 'utf8');
    let part = parts[textBytes];
    if (part === undefined) {
      part = inner.subarray(0, blockBytes + textBytes);
      parts[textBytes] = part;
    }
    outer.write(hash('sha256', part, 'latin1'), blockBytes, 'latin1');
    return hash('sha256', outer, 'base64url');
  };
}

function hmacOf(text: string, key: KeyObject): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
