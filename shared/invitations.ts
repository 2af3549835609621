import { createSigner } from './signed-text.ts';
import { eventPattern } from './stores/keys.ts';

/** A link that makes one visitor a VIP of one event: the first who opens it. */
export type Invitation = { event: string; id: string; expiresAtMs: number };

export type Invitations = {
  sign(invitation: Invitation): string;
  /** The invitation, when we signed it; undefined otherwise, also for what is none. It may have ended. Never throws. */
  verify(token: string): Invitation | undefined;
};

export const inviteParameter = 'invite';
const tokenStart = 'i1.';
const maxCharacters = 192;
const idForm = /^[A-Za-z0-9_-]{8,32}$/;
const form = /^(i1\.([a-z0-9-]{1,63})\.([A-Za-z0-9_-]{8,32})\.(\d{1,12}))\.([A-Za-z0-9_-]{43})$/;

/** The token of an invitation: `i1.<event>.<id>.<end in s>.<mac>`, the MAC over all before the last dot. */
export function createInvitations({ secrets }: { secrets: readonly string[] }): Invitations {
  const signer = createSigner(secrets);
  return {
    sign: ({ event, id, expiresAtMs }) => {
      if (!eventPattern.test(event)) throw new TypeError(`not an event id: ${JSON.stringify(event)}`);
      if (!idForm.test(id)) throw new TypeError(`not the id of an invitation: ${JSON.stringify(id)}`);
      const text = `${tokenStart}${event}.${id}.${Math.ceil(expiresAtMs / 1000)}`;
      return `${text}.${signer.sign(text)}`;
    },
    verify: (token) => {
      if (token.length > maxCharacters) return undefined;
      const [, text, event, id, expiresAtSec, signature] = form.exec(token) ?? [];
      if (!text || !event || !id || !expiresAtSec || !signature) return undefined;
      if (signer.findSecret(text, signature) === -1) return undefined;
      return { event, id, expiresAtMs: Number(expiresAtSec) * 1000 };
    },
  };
}

/** The first token in a query (which is empty or starts with a question mark), whether genuine or not. */
export function findInvite(query: string): string | undefined {
  if (!query.includes(`${inviteParameter}=${tokenStart}`)) return undefined;
  const part = query.slice(1).split('&').find(isInvite);
  return part?.slice(inviteParameter.length + 1);
}

/** The query without tokens. Everything else stays as it is, also a parameter `invite` of somebody else's. */
export function removeInvites(query: string): string {
  if (!query.includes(`${inviteParameter}=${tokenStart}`)) return query;
  const kept = query
    .slice(1)
    .split('&')
    .filter((part) => !isInvite(part));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

function isInvite(part: string): boolean {
  return part.startsWith(`${inviteParameter}=${tokenStart}`);
}
