import { randomUUID } from 'node:crypto';
import { createSigner, signatureCharacters } from './signed-text.ts';

export const visitorCookieName = 'visitor_id';

export type VisitorCookies = {
  /** A new visitor. */
  create(): { visitorId: string; value: string };
  /** Whose cookie it is, and whether it should be signed anew; undefined for anything that we did not sign. Never throws. */
  verify(value: string): { visitorId: string; isCurrentSecret: boolean } | undefined;
  /** The value for a visitor, signed with the current secret. */
  sign(visitorId: string): string;
};

const idCharacters = 36;
const characters = idCharacters + 1 + signatureCharacters;
const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.[A-Za-z0-9_-]{43}$/;

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
      if (value.length !== characters || !form.test(value)) return undefined;
      const visitorId = value.slice(0, idCharacters);
      const secret = signer.findSecret(visitorId, value.slice(idCharacters + 1));
      return secret === -1 ? undefined : { visitorId, isCurrentSecret: secret === 0 };
    },
  };
}
