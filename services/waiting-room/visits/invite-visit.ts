import type { Invitations } from '@fairline/shared/invitations.ts';
import { findInvite, removeInvites } from '@fairline/shared/invitations.ts';
import type { InviteStore } from '@fairline/shared/stores/visitors/invites.ts';
import { asStoreFailure } from '../line/join-batcher.ts';
import type { Visit } from './read-visit.ts';

/** What a request with an invitation in its URL comes to. */
export type InviteOutcome =
  /** The visitor is what `visit` says from now on; the token is to leave the URL. */
  { kind: 'taken'; visit: Visit; cleanUrl: string } | { kind: 'inviteUsed' | 'inviteExpired' | 'inviteUnknown' };

export type InviteTaker = {
  /** undefined when the URL holds no invitation. Rejects with REDIS_UNAVAILABLE or TRY_AGAIN. */
  take(url: string, visit: Visit): Promise<InviteOutcome> | undefined;
};

/** Takes invitations in; with none to verify, every token is unknown. */
export function createInviteTaker({
  invitations,
  store,
  event,
}: {
  invitations: Pick<Invitations, 'verify'> | undefined;
  store: Pick<InviteStore, 'take'>;
  event: string;
}): InviteTaker {
  async function take(token: string, visit: Visit, cleanUrl: string): Promise<InviteOutcome> {
    const invitation = invitations?.verify(token);
    if (invitation?.event !== event) return { kind: 'inviteUnknown' };
    const { id, expiresAtMs } = invitation;
    const taken = await store.take({ id, expiresAtMs, visitorId: visit.visitorId }).catch((cause) => {
      throw asStoreFailure(cause);
    });
    if (taken.kind === 'used') return { kind: 'inviteUsed' };
    if (taken.kind === 'expired') return { kind: 'inviteExpired' };
    return { kind: 'taken', visit: { ...visit, isVip: taken.tier === 'vip' }, cleanUrl };
  }

  return {
    take(url, visit) {
      const queryAt = url.indexOf('?');
      const query = queryAt < 0 ? '' : url.slice(queryAt);
      const token = findInvite(query);
      return token === undefined ? undefined : take(token, visit, url.slice(0, queryAt) + removeInvites(query));
    },
  };
}
