import { gatewayHeader, identityHeader, noCapacityHeader } from '@fairline/shared/contracts/internal-headers.ts';
import { dropCookies, visitorCookieName } from '../admission/cookie-header.ts';
import type { UpstreamRoom } from '../balancing/upstream-set.ts';
import type { ClientOrigin } from '../routing/client-address.ts';
import { isDroppedHeader, namesInConnection } from './hop-by-hop.ts';

export type RequestHeaderFacts = {
  /** As received: name, value, name, value … */
  rawHeaders: readonly string[];
  room: UpstreamRoom;
  origin: ClientOrigin;
  requestId: string;
  gatewayId: string;
  /** Empty when the visitor is not known. */
  identity: string;
  hasNoCapacity: boolean;
  hasBody: boolean;
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
]);

/**
 * Headers for an upstream as a flat list. The client's cookies stay here on the way to booking; the other rooms of ours
 * get theirs, without the visitor's, which is a credential that only the gateway needs.
 */
export function buildRequestHeaders(facts: RequestHeaderFacts): string[] {
  const { rawHeaders, room, origin, hasBody } = facts;
  const alsoDropped = namesInConnection(rawHeaders);
  const headers: string[] = ['host', origin.host];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    const lowerName = name.toLowerCase();
    if (lowerName === 'content-length') {
      if (hasBody) headers.push(name, value);
    } else if (lowerName === 'cookie') {
      const kept = room === 'booking' ? undefined : dropCookies(value, [visitorCookieName]);
      if (kept !== undefined) headers.push(name, kept);
    } else if (!isDroppedHeader(lowerName) && !ownHeaders.has(lowerName) && !alsoDropped?.has(lowerName)) {
      headers.push(name, value);
    }
  }
  headers.push('x-forwarded-for', origin.forwardedFor);
  headers.push('x-forwarded-proto', origin.proto);
  headers.push('x-forwarded-host', origin.host);
  headers.push('x-request-id', facts.requestId);
  headers.push(gatewayHeader, facts.gatewayId);
  if (facts.identity !== '') headers.push(identityHeader, facts.identity);
  if (facts.hasNoCapacity) headers.push(noCapacityHeader, '1');
  return headers;
}
