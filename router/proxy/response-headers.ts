import { bookedHeader, releasedHeader } from '@fairline/shared/contracts/internal-headers.ts';
import { ownCookieNames, visitorCookieName } from '../admission/cookie-header.ts';
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

export type ResponseHeaders = {
  /** For the client, flat. */
  headers: string[];
  /** What the upstream told the gateway, as text. */
  booked: string | undefined;
  released: string | undefined;
  hasLength: boolean;
  isEventStream: boolean;
};

const cachingHeaders = new Set(['cache-control', 'expires', 'pragma', 'surrogate-control', 'cdn-cache-control', 'age']);

/** Headers for the client, and the notes to the gateway that were among them. */
export function buildResponseHeaders(facts: ResponseHeaderFacts): ResponseHeaders {
  const { rawHeaders, setCookie, isStatic = false } = facts;
  const alsoDropped = namesInConnection(rawHeaders);
  const headers: string[] = [];
  const caching: string[] = [];
  let setsCookie = setCookie !== undefined;
  let booked: string | undefined;
  let released: string | undefined;
  let hasLength = false;
  let isEventStream = false;
  let trailerNames = '';
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    const lowerName = name.toLowerCase();
    if (isDroppedHeader(lowerName)) {
      if (lowerName === bookedHeader) booked = isStatic ? undefined : value;
      else if (lowerName === releasedHeader) released = isStatic ? undefined : value;
      else if (lowerName === 'trailer' && facts.takesTrailers) trailerNames = keepTrailerNames(value);
    } else if (lowerName === 'set-cookie') {
      if (isForbiddenCookie(value, isStatic)) continue;
      setsCookie = true;
      headers.push(name, value);
    } else if (cachingHeaders.has(lowerName)) {
      caching.push(name, value);
    } else if (lowerName !== 'x-request-id' && !alsoDropped?.has(lowerName)) {
      if (lowerName === 'content-length') hasLength = true;
      else if (lowerName === 'content-type') isEventStream = value.startsWith('text/event-stream');
      headers.push(name, value);
    }
  }
  if (setsCookie || facts.isProtected) headers.push('cache-control', privateCacheControl);
  else headers.push(...caching);
  if (setCookie !== undefined) headers.push('set-cookie', setCookie);
  headers.push('x-request-id', facts.requestId);
  if (trailerNames !== '' && !hasLength) headers.push('trailer', trailerNames);
  if (facts.connection) headers.push('connection', facts.connection);
  if (facts.connection === 'upgrade') headers.push('upgrade', 'websocket');
  return { headers, booked, released, hasLength, isEventStream };
}

/** Only the gateway says who somebody is, and only our own rooms set what is theirs. */
function isForbiddenCookie(setCookie: string, isStatic: boolean): boolean {
  const name = setCookie.split('=', 1)[0]?.trim() ?? '';
  return isStatic ? ownCookieNames.includes(name) : name === visitorCookieName;
}
