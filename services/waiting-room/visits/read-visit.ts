import { identityHeader } from '@fairline/shared/contracts/internal-headers.ts';
import type { Identities } from '@fairline/shared/identity.ts';
import type { Visitor } from '../line/places.ts';
import { pickWords, type Words } from '../pages/words/pick-words.ts';
import type { VisitorTickets } from '../ticket/visitor-ticket.ts';

/** The parts of a request that decide how it is answered. */
export type Visit = Visitor & {
  words: Words;
  /** The visitor came by https, as the gateway says. */
  isSecure: boolean;
};

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

/** undefined when the request carries no valid identity for this event: then it did not come through the gateway. */
export function readVisit(
  headers: Headers,
  {
    identities,
    tickets,
    event,
    languages,
    minute,
  }: {
    identities: Pick<Identities, 'verify'>;
    tickets: VisitorTickets;
    event: string;
    languages: readonly Words[];
    minute: number;
  },
): Visit | undefined {
  const identity = identities.verify(one(headers['x-fairline-visitor']), minute);
  if (identity?.event !== event) return undefined;
  return {
    visitorId: identity.visitorId,
    isVip: identity.tier === 'vip',
    ticket: tickets.read(one(headers.cookie), identity.visitorId),
    words: pickWords(one(headers['accept-language']), languages),
    isSecure: one(headers['x-forwarded-proto']) === 'https',
  };
}

/** Somebody whose cookie has not come back yet: the gateway vouches for nobody, and whoever that is stands nowhere. */
export function isStranger(headers: Headers): boolean {
  return headers[identityHeader] === undefined;
}

/** Whether a page view may join: a navigation (browsers that do not say count as one), not HEAD, not fetched ahead. */
export function canJoin(method: string, headers: Headers): boolean {
  const mode = one(headers['sec-fetch-mode']);
  const isNavigation = mode === undefined || mode === 'navigate';
  const purpose = `${one(headers['sec-purpose']) ?? ''} ${one(headers.purpose) ?? ''} ${one(headers['x-moz']) ?? ''}`;
  return method === 'GET' && isNavigation && !purpose.includes('prefetch') && !purpose.includes('prerender');
}

/** Whether a POST comes from an HTML form, which wants a page, and not from a program, which wants JSON. */
export function isFromForm(headers: Headers): boolean {
  const accept = one(headers.accept) ?? '';
  if (accept.includes('text/html')) return true;
  const isForm = (one(headers['content-type']) ?? '').startsWith('application/x-www-form-urlencoded');
  return isForm && !accept.includes('application/json');
}
