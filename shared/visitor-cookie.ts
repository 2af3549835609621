import { randomUUID } from 'node:crypto';
import { createSigner } from './signed-text.ts';

export const visitorCookieName = 'visitor_id';

export type VisitorCookies = {
  /** A new visitor. */
  create(): { visitorId: string; value: string };
  /** Whose cookie it is, and whether it should be signed anew; undefined for anything that we did not sign. Never throws. */
  verify(value: string): { visitorId: string; isCurrentSecret: boolean } | undefined;
  /** The value for a visitor, signed with the current secret. */
  sign(visitorId: string): string;
};

const maxCharacters = 128;
const form = /^([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{43})$/;

/** The `visitor_id` cookie: a UUID, a dot, its signature. The first secret signs, all verify. */
export function createVisitorCookies({ secrets }: { secrets: readonly string[] }): VisitorCookies {
  const signer = createSigner(secrets);
  const sign = (visitorId: string) => `${visitorId}.${signer.sign(visitorId)}`;
  return {
    sign,
    create: () => {
      const visitorId = randomUUID();
      return { visitorId, value: sign(visitorId) };
    },
    verify: (value) => {
      if (value.length > maxCharacters) return undefined;
      const [, visitorId, signature] = form.exec(value) ?? [];
      if (!visitorId || !signature) return undefined;
      const secret = signer.findSecret(visitorId, signature);
      return secret === -1 ? undefined : { visitorId, isCurrentSecret: secret === 0 };
    },
  };
}
