import type { VisitorTier } from '@fairline/shared/contracts/routing-rules.ts';
import type { Identity } from '@fairline/shared/identity.ts';
import { ownText } from '../own-text.ts';
import type { Place } from './booked-copy.ts';
import { readVisitorCookieValues, visitorCookieName } from './cookie-header.ts';
import { createVisitorCache } from './visitor-cache.ts';

const cookieMaxAgeSec = 30 * 24 * 60 * 60;
const dayMs = 24 * 60 * 60 * 1000;
/** Remembered at most, about 500 bytes each. */
const maxVisitors = 2 ** 17;

/** What this gateway remembers of a visitor whose cookie came back. Fields change in place; nothing else holds them. */
export type KnownVisitor = {
  readonly visitorId: string;
  readonly isCurrentSecret: boolean;
  /** The value that came back. */
  readonly cookieValue: string;
  /** Day on which this gateway last sent the cookie again, so that its Max-Age starts anew once a day. */
  renewedDay: number;
  /** Monotonic time of the last record written; -Infinity before the first. */
  touchedAtMs: number;
  requestsSinceTouch: number;
  /** The place that this gateway claimed last; undefined before. */
  claimedPlace: Place | undefined;
  /** Monotonic time when it was last told to Redis that the place is used, or is to be; -Infinity before. */
  renewedAtMs: number;
  /** Still to be told. */
  isRenewalPending: boolean;
  identity: string;
  identityMinute: number;
  isIdentityBooked: boolean;
  identityTier: VisitorTier;
};

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
 * identity header once per visitor and minute. Made-up cookies leave nothing behind.
 */
export function createVisitors({ cookies, identities, event, minute, nowMs }: VisitorsParts) {
  const known = createVisitorCache<KnownVisitor>(maxVisitors);

  function recognizeValue(value: string): KnownVisitor | undefined {
    const cached = known.find(value);
    if (cached) return cached;
    const cookieValue = ownText(value);
    const verified = cookies.verify(cookieValue);
    if (!verified) return undefined;
    const visitor: KnownVisitor = {
      visitorId: verified.visitorId,
      isCurrentSecret: verified.isCurrentSecret,
      cookieValue,
      renewedDay: -1,
      touchedAtMs: Number.NEGATIVE_INFINITY,
      requestsSinceTouch: 0,
      claimedPlace: undefined,
      renewedAtMs: Number.NEGATIVE_INFINITY,
      isRenewalPending: false,
      identity: '',
      identityMinute: -1,
      isIdentityBooked: false,
      identityTier: 'standard',
    };
    known.add(visitor);
    return visitor;
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
      const now = minute();
      if (visitor.identityMinute !== now || visitor.isIdentityBooked !== isBooked || visitor.identityTier !== tier) {
        visitor.identity = identities.sign({ visitorId: visitor.visitorId, event, isBooked, tier }, now);
        visitor.identityTier = tier;
        visitor.identityMinute = now;
        visitor.isIdentityBooked = isBooked;
      }
      return visitor.identity;
    },
  };
}

export type Visitors = ReturnType<typeof createVisitors>;
