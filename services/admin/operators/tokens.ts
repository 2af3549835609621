import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isRole, namePattern, type Role } from './operators.ts';

/** A script that may ask without logging in. */
export type Token = { name: string; role: Role; hash: Buffer };

const tokenPrefix = 'flt_';
const tokenBytes = 32;

/** 256 random bits: nobody guesses them, so a plain hash is enough to keep what is configured from being of use. */
export function createToken(random: (bytes: number) => Buffer = randomBytes): string {
  return tokenPrefix + random(tokenBytes).toString('base64url');
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Reads `<name>:<role>:<sha-256 of the token, hex>`. All problems are told together. */
export function parseTokens(entries: readonly string[]): { tokens: readonly Token[]; problems: string[] } {
  const tokens: Token[] = [];
  const problems: string[] = [];
  entries.forEach((entry, index) => {
    const [name = '', role = '', hash = '', ...rest] = entry.trim().split(':');
    const where = `ADMIN_TOKENS, entry ${index + 1}`;
    if (rest.length > 0 || hash === '') problems.push(`${where}: must be <name>:<role>:<hash>`);
    else if (!namePattern.test(name)) problems.push(`${where}: the name must match ${namePattern.source}`);
    else if (!isRole(role)) problems.push(`${where} (${name}): the role must be viewer or operator`);
    else if (!/^[0-9a-f]{64}$/.test(hash)) problems.push(`${where} (${name}): the hash must be 64 hex digits`);
    else if (tokens.some((token) => token.name === name)) problems.push(`${where}: ${name} is there twice`);
    else tokens.push({ name, role, hash: Buffer.from(hash, 'hex') });
  });
  return { tokens, problems };
}

/** Whose token an `Authorization` header holds. Takes the same time whichever it is, and when it is none. */
export function findToken(tokens: readonly Token[], header: string): Token | undefined {
  const given = createHash('sha256')
    .update(/^bearer +(\S{1,256})$/i.exec(header)?.[1] ?? '')
    .digest();
  let found: Token | undefined;
  for (const token of tokens) if (timingSafeEqual(token.hash, given)) found = token;
  return found;
}
