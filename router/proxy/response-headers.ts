import { bookedHeader, releasedHeader } from '@fairline/shared/contracts/internal-headers.ts';
import { type FieldName, fieldNameOf } from '@fairline/shared/plain-gets/field-names.ts';
import { ownCookieNames, visitorCookieName } from '../admission/cookie-header.ts';
import { HeaderList, type HeaderSink } from './header-sink.ts';
import { isDroppedHeader, namesInConnection } from './hop-by-hop.ts';
import { keepTrailerNames } from './trailers.ts';

export const privateCacheControl = 'private, no-store';

export type ResponseHeaderFacts = {
  /** As received: name, value, name, value … */
  rawHeaders: readonly string[];
  requestId: string;
  /** The gateway's own cookie, if this answer carries one. */
  setCookie: string | undefined;
  /** The upstream is a site of others: nothing it says about places is believed, and none of our cookies is its to set. */
  isStatic?: boolean;
  /** Answers on protected paths are never stored, whatever the upstream says. */
  isProtected: boolean;
  /** What the gateway says of the client's connection; undefined: it goes on. */
  connection: 'close' | 'upgrade' | undefined;
  takesTrailers: boolean;
};

/** What else is to be known of the headers of an answer. */
export type ResponseNotes = {
  /** What the upstream told the gateway, as text. */
  booked: string | undefined;
  released: string | undefined;
  hasLength: boolean;
  isEventStream: boolean;
};

const fields = {
  cacheControl: fieldNameOf('cache-control'),
  setCookie: fieldNameOf('set-cookie'),
  requestId: fieldNameOf('x-request-id'),
  trailer: fieldNameOf('trailer'),
  connection: fieldNameOf('connection'),
  upgrade: fieldNameOf('upgrade'),
};
const cachingHeaders = new Set(['cache-control', 'expires', 'pragma', 'surrogate-control', 'cdn-cache-control', 'age']);

/** As `addResponseHeaders`, with the headers as a flat list. */
export function buildResponseHeaders(facts: ResponseHeaderFacts): ResponseNotes & { headers: string[] } {
  const list = new HeaderList();
  return { ...addResponseHeaders(facts, list), headers: list.headers };
}

/** Headers for the client. Answers the notes to the gateway that were among them. */
export function addResponseHeaders(facts: ResponseHeaderFacts, to: HeaderSink): ResponseNotes {
  const { rawHeaders, setCookie, isStatic = false } = facts;
  const alsoDropped = namesInConnection(rawHeaders);
  const passesCaching = !facts.isProtected && setCookie === undefined;
  let caching: [FieldName, string][] | undefined;
  let setsCookie = setCookie !== undefined;
  let booked: string | undefined;
  let released: string | undefined;
  let hasLength = false;
  let isEventStream = false;
  let trailerNames = '';
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const field = fieldNameOf(rawHeaders[index] ?? '');
    const value = rawHeaders[index + 1] ?? '';
    const { lowerName } = field;
    if (isDroppedHeader(lowerName)) {
      if (lowerName === bookedHeader) booked = isStatic ? undefined : value;
      else if (lowerName === releasedHeader) released = isStatic ? undefined : value;
      else if (lowerName === 'trailer' && facts.takesTrailers) trailerNames = keepTrailerNames(value);
    } else if (lowerName === 'set-cookie') {
      if (isForbiddenCookie(value, isStatic)) continue;
      setsCookie = true;
      to.add(field, value);
    } else if (cachingHeaders.has(lowerName)) {
      if (!passesCaching) continue;
      caching ??= [];
      caching.push([field, value]);
    } else if (lowerName !== 'x-request-id' && !alsoDropped?.has(lowerName)) {
      if (lowerName === 'content-length') hasLength = true;
      else if (lowerName === 'content-type') isEventStream = value.startsWith('text/event-stream');
      to.add(field, value);
    }
  }
  if (setsCookie || facts.isProtected) to.add(fields.cacheControl, privateCacheControl);
  else if (caching) for (const [field, value] of caching) to.add(field, value);
  if (setCookie !== undefined) to.add(fields.setCookie, setCookie);
  to.add(fields.requestId, facts.requestId);
  if (trailerNames !== '' && !hasLength) to.add(fields.trailer, trailerNames);
  if (facts.connection) to.add(fields.connection, facts.connection);
  if (facts.connection === 'upgrade') to.add(fields.upgrade, 'websocket');
  return { booked, released, hasLength, isEventStream };
}

/** Only the gateway says who somebody is, and only our own rooms set what is theirs. */
function isForbiddenCookie(setCookie: string, isStatic: boolean): boolean {
  const name = setCookie.split('=', 1)[0]?.trim() ?? '';
  return isStatic ? ownCookieNames.includes(name) : name === visitorCookieName;
}
