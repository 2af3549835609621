import type { IncomingMessage } from 'node:http';
import { gatewayHeader, identityHeader, noCapacityHeader } from '@fairline/shared/contracts/internal-headers.ts';
import { fieldNameOf } from '@fairline/shared/plain-gets/field-names.ts';
import { dropCookies, ownCookieNames, visitorCookieName } from '../admission/cookie-header.ts';
import type { UpstreamRoom } from '../balancing/upstream-set.ts';
import type { ClientOrigin } from '../routing/client-address.ts';
import { buildForwarded } from '../routing/forwarded.ts';
import type { Continuation } from './continuation.ts';
import { HeaderList, HeaderText, type LineSink } from './header-sink.ts';
import { isDroppedHeader, namesInConnection } from './hop-by-hop.ts';
import { acceptsTrailers, keepTrailerNames } from './trailers.ts';

export type RequestHeaderFacts = {
  /** As received: name, value, name, value … */
  rawHeaders: readonly string[];
  room: UpstreamRoom;
  origin: ClientOrigin;
  requestId: string;
  gatewayId: string;
  /** What the gateway received the request with: `1.1` or `1.0`. */
  httpVersion: string;
  /** The upstream is a site of its own, with cookies of its own. */
  isStatic?: boolean;
  /** Empty when the visitor is not known. */
  identity: string;
  hasNoCapacity: boolean;
  /** Of this gateway's own span; undefined: what the client said passes. */
  traceparent?: string | undefined;
  hasBody: boolean;
};

export type FramingFacts = {
  request: IncomingMessage;
  continuation: Continuation | undefined;
  isTunnel: boolean;
};

/** Told by the gateway alone, whatever the client says. */
const ownHeaders = new Set([
  'host',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-real-ip',
  'x-request-id',
  'expect',
  'via',
]);

const fields = {
  host: fieldNameOf('host'),
  te: fieldNameOf('te'),
  via: fieldNameOf('via'),
  requestId: fieldNameOf('x-request-id'),
  gateway: fieldNameOf(gatewayHeader),
  identity: fieldNameOf(identityHeader),
  traceparent: fieldNameOf('traceparent'),
  noCapacity: fieldNameOf(noCapacityHeader),
  forwardedFor: fieldNameOf('x-forwarded-for'),
  forwardedProto: fieldNameOf('x-forwarded-proto'),
  forwardedHost: fieldNameOf('x-forwarded-host'),
  forwarded: fieldNameOf('forwarded'),
};

/** How the gateway names itself in Via; which one of several is in a header of its own. */
const viaName = 'fairline';

/** Headers for an upstream as a flat list. */
export function buildRequestHeaders(facts: RequestHeaderFacts): string[] {
  const list = new HeaderList();
  addRequestHeaders(facts, list);
  return list.headers;
}

/**
 * Headers for an upstream. The client's cookies stay here on the way to our own booking; a site of others
 * gets its own; the other rooms of ours get theirs, without the visitor's, a credential that only the gateway needs.
 */
export function addRequestHeaders(facts: RequestHeaderFacts, to: LineSink): void {
  const { rawHeaders, room, origin, hasBody } = facts;
  const alsoDropped = namesInConnection(rawHeaders);
  to.add(fields.host, origin.host);
  let via = '';
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const field = fieldNameOf(rawHeaders[index] ?? '');
    const value = rawHeaders[index + 1] ?? '';
    const { lowerName } = field;
    if (lowerName === 'content-length') {
      // Plainly, without the zeros in front that some read as octal.
      if (hasBody) to.add(field, String(Number(value)));
    } else if (lowerName === 'cookie') {
      const kept = keepCookies(value, room, facts.isStatic ?? false);
      if (kept !== undefined) to.add(field, kept);
    } else if (lowerName === 'traceparent') {
      if (facts.traceparent === undefined) to.add(field, value);
    } else if (lowerName === 'te') {
      if (acceptsTrailers(value)) to.add(fields.te, 'trailers');
    } else if (lowerName === 'via') {
      via = via === '' ? value : `${via}, ${value}`;
    } else if (!isDroppedHeader(lowerName) && !ownHeaders.has(lowerName) && !alsoDropped?.has(lowerName)) {
      to.add(field, value);
    }
  }
  origin.lines ??= writeOriginLines(origin);
  to.addLines(origin.lines);
  to.add(fields.via, `${via === '' ? '' : `${via}, `}${facts.httpVersion} ${viaName}`);
  to.add(fields.requestId, facts.requestId);
  to.add(fields.gateway, facts.gatewayId);
  if (facts.identity !== '') to.add(fields.identity, facts.identity);
  if (facts.traceparent !== undefined) to.add(fields.traceparent, facts.traceparent);
  if (facts.hasNoCapacity) to.add(fields.noCapacity, '1');
}

function writeOriginLines(origin: ClientOrigin): string {
  const text = new HeaderText('');
  text.add(fields.forwardedFor, origin.forwardedFor);
  text.add(fields.forwardedProto, origin.proto);
  text.add(fields.forwardedHost, origin.host);
  text.add(fields.forwarded, buildForwarded(origin));
  return text.text;
}

function keepCookies(value: string, room: UpstreamRoom, isStatic: boolean): string | undefined {
  if (isStatic) return dropCookies(value, ownCookieNames);
  return room === 'booking' ? undefined : dropCookies(value, [visitorCookieName]);
}

/** What a request over a connection of its own says about that connection and about the framing of its body. */
export function buildFramingHeaders({ request, continuation, isTunnel }: FramingFacts): string[] {
  if (isTunnel) return ['connection', 'upgrade', 'upgrade', 'websocket'];
  const framing = ['connection', 'close'];
  if (continuation) framing.push('expect', '100-continue');
  if (request.headers['transfer-encoding'] !== undefined) {
    framing.push('transfer-encoding', 'chunked');
    const trailers = keepTrailerNames(request.headers.trailer ?? '');
    if (trailers !== '') framing.push('trailer', trailers);
  }
  return framing;
}
