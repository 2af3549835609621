import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/** Signs texts with the first of the secrets; any of them verifies. */
export type Signer = {
  /** HMAC-SHA256 of the text, base64url: 43 characters. */
  sign(text: string): string;
  /** Index of the secret that made the signature, -1 for none. Compares in constant time. */
  findSecret(text: string, signature: string): number;
};

export const signatureCharacters = 43;

/** Keys are prepared once, as a signature is made for every request. */
export function createSigner(secrets: readonly string[]): Signer {
  const [first, ...others] = secrets.map((secret) => createSecretKey(secret, 'utf8'));
  if (!first) throw new TypeError('a signer needs at least one secret');
  const keys = [first, ...others];
  return {
    sign: (text) => signatureOf(text, first),
    findSecret: (text, signature) => {
      if (signature.length !== signatureCharacters) return -1;
      const given = Buffer.from(signature, 'latin1');
      // The texts are compared, not the bytes they stand for: base64url has several spellings for the same bytes.
      return keys.findIndex((key) => timingSafeEqual(given, Buffer.from(signatureOf(text, key), 'latin1')));
    },
  };
}

function signatureOf(text: string, key: KeyObject): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
