import { randomUUID } from 'node:crypto';
import { createSigner } from '@fairline/shared/signed-text.ts';
import type { Operator } from './operators.ts';

export const sessionCookieName = 'fairline_operator';
export const sessionLifeMs = 12 * 3_600_000;
const maxCookieCharacters = 512;

/** A logged in operator, or a script with its token; the role is that of now, not of the login. */
export type Session = {
  id: string;
  operator: Pick<Operator, 'name' | 'role'>;
  /** Infinity for a token. */
  endsAtMs: number;
  isToken: boolean;
};

export type Sessions = {
  /** Value for the session cookie, good for 12 hours. */
  create(operator: Operator, nowMs: number): string;
  /** undefined for anything but a cookie of ours, not ended, of an operator who is still there with that password. */
  verify(value: string | undefined, nowMs: number): Session | undefined;
  /** Token that a form or script of this session must bring along to change something. */
  csrfToken(session: Session): string;
  isCsrfToken(session: Session, token: unknown): boolean;
};

/**
 * Sessions that need no memory: `<id>.<end ms>.<name, base64url>.<mac>`. The mac covers the operator's password hash,
 * so that a changed password ends all sessions at once. The first secret signs, all verify.
 */
export function createSessions({
  secrets,
  operators,
}: {
  secrets: readonly string[];
  /** Those of now. */
  operators: () => ReadonlyMap<string, Operator>;
}): Sessions {
  const signer = createSigner(secrets);
  const sessionText = (payload: string, operator: Operator) => `session\n${payload}\n${operator.passwordHash}`;
  const csrfText = (session: Session) => `csrf\n${session.id}\n${session.operator.name}`;

  return {
    create(operator, nowMs) {
      const payload = `${randomUUID()}.${nowMs + sessionLifeMs}.${Buffer.from(operator.name).toString('base64url')}`;
      return `${payload}.${signer.sign(sessionText(payload, operator))}`;
    },
    verify(value, nowMs) {
      if (value === undefined || value.length > maxCookieCharacters) return undefined;
      const [id, endsAt, encodedName, signature, ...rest] = value.split('.');
      if (!id || !endsAt || !encodedName || !signature || rest.length > 0) return undefined;
      const operator = operators().get(Buffer.from(encodedName, 'base64url').toString());
      if (!operator) return undefined;
      const payload = `${id}.${endsAt}.${encodedName}`;
      if (signer.findSecret(sessionText(payload, operator), signature) === -1) return undefined;
      const endsAtMs = Number(endsAt);
      return nowMs < endsAtMs ? { id, operator, endsAtMs, isToken: false } : undefined;
    },
    csrfToken: (session) => signer.sign(csrfText(session)),
    isCsrfToken: (session, token) => typeof token === 'string' && signer.findSecret(csrfText(session), token) !== -1,
  };
}
