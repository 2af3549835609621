import type { VisitorTier } from '@fairline/shared/contracts/routing-rules.ts';
import type { Identity } from '@fairline/shared/identity.ts';
import { readVisitorCookieValues, visitorCookieName } from './cookie-header.ts';
import type { KnownVisitor } from './known-visitor.ts';
import { createVisitorTable } from './visitor-table.ts';

const cookieMaxAgeSec = 30 * 24 * 60 * 60;
const dayMs = 24 * 60 * 60 * 1000;
/** Identity headers that are kept: of visitors who ask again and again. A power of two. */
const maxIdentities = 2 ** 14;

type KeptIdentity = { visitorId: string; minute: number; isBooked: boolean; tier: VisitorTier; text: string };

export type VisitorCookieCodec = {
  create(): { visitorId: string; value: string };
  verify(value: string): { visitorId: string; isCurrentSecret: boolean } | undefined;
  sign(visitorId: string): string;
};

export type VisitorsParts = {
  cookies: VisitorCookieCodec;
  identities: { sign(identity: Identity, minute: number): string };
  event: string;
  /** Minute of Redis time. */
  minute: () => number;
  nowMs: () => number;
};

/**
 * Knows visitors by the cookies they bring back: a signature is computed once per visitor, not once per request, and an
 * identity header at most twice for who comes back within the minute. Made-up cookies leave nothing behind.
 */
export function createVisitors({ cookies, identities, event, minute, nowMs }: VisitorsParts) {
  const known = createVisitorTable();
  const kept = new Array<KeptIdentity | undefined>(maxIdentities).fill(undefined);

  function recognizeValue(value: string): KnownVisitor | undefined {
    const before = known.find(value);
    if (before) return before;
    const verified = cookies.verify(value);
    return verified && known.add(value, verified.isCurrentSecret);
  }

  function cookieText(value: string, isSecure: boolean): string {
    const text = `${visitorCookieName}=${value}; Max-Age=${cookieMaxAgeSec}; Path=/; HttpOnly; SameSite=Lax`;
    return isSecure ? `${text}; Secure` : text;
  }

  return {
    /**
     * The visitor whose cookie verifies; undefined when none does, or when two of different visitors do: nobody can
     * tell then which of them this is.
     */
    recognize(cookieHeader: string | undefined): KnownVisitor | undefined {
      let found: KnownVisitor | undefined;
      for (const value of readVisitorCookieValues(cookieHeader)) {
        const visitor = recognizeValue(value);
        if (!visitor) continue;
        if (found && found.visitorId !== visitor.visitorId) return undefined;
        if (!found?.isCurrentSecret) found = visitor;
      }
      return found;
    },

    /** As `recognize`, by looking up alone: undefined also for somebody whose cookie was not checked here before. */
    peek(cookieHeader: string): KnownVisitor | undefined {
      const [value, ...others] = readVisitorCookieValues(cookieHeader);
      return value === undefined || others.length > 0 ? undefined : known.find(value);
    },

    /** A Set-Cookie text when this visitor's cookie is due for one: once a day, or signed with an older secret. */
    renewCookie(visitor: KnownVisitor, isSecure: boolean): string | undefined {
      const day = Math.floor(nowMs() / dayMs);
      if (visitor.renewedDay === day && visitor.isCurrentSecret) return undefined;
      visitor.renewedDay = day;
      return cookieText(visitor.isCurrentSecret ? visitor.cookieValue : cookies.sign(visitor.visitorId), isSecure);
    },

    /** A Set-Cookie text for somebody new. Nothing is remembered until it comes back. */
    issueCookie(isSecure: boolean): string {
      return cookieText(cookies.create().value, isSecure);
    },

    /** The signed header that tells upstreams who asks. */
    identityOf(visitor: KnownVisitor, isBooked: boolean, tier: VisitorTier = 'standard'): string {
      const { visitorId, slot } = visitor;
      const now = minute();
      // With a million visitors nearly everyone asks once in a minute: nothing is looked up then, and nothing kept.
      if (visitor.isFirstInMinute(now)) return identities.sign({ visitorId, event, isBooked, tier }, now);
      const at = slot % maxIdentities;
      const last = kept[at];
      const isSame =
        last?.visitorId === visitorId && last.minute === now && last.isBooked === isBooked && last.tier === tier;
      if (last && isSame) return last.text;
      const text = identities.sign({ visitorId, event, isBooked, tier }, now);
      kept[at] = { visitorId, minute: now, isBooked, tier, text };
      return text;
    },
  };
}

export type Visitors = ReturnType<typeof createVisitors>;
