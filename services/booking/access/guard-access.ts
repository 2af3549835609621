import { identityHeader } from '@fairline/shared/contracts/internal-headers.ts';
import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import type { Identities, Identity } from '@fairline/shared/identity.ts';
import type { FastifyRequest } from 'fastify';
import { decideAccess } from './decide-access.ts';
import { isSameOrigin } from './same-origin.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, when the gateway said so and it could be verified. */
    identity: Identity | null;
  }
}

export type AccessOptions = {
  identities: Identities;
  /** Minutes of Redis time. */
  minute: () => number;
  event: string;
};

/** Learns who asks and refuses who may not, before any body is read. */
export function guardAccess(app: HttpApp, { identities, minute, event }: AccessOptions): void {
  app.decorateRequest('identity', null);
  app.addHook('onRequest', (request, _reply, next) => {
    const { headers, method, routeOptions } = request;
    const host = readHeader(request, 'x-forwarded-host') ?? headers.host;
    const fetchSite = readHeader(request, 'sec-fetch-site');
    if (!isSameOrigin({ method, fetchSite, origin: headers.origin, host })) return next(createCodedError('CROSS_SITE'));

    const identity = identities.verify(readHeader(request, identityHeader), minute());
    // An identity for another sale opens nothing in this one.
    request.identity = identity?.event === event ? identity : null;
    if (request.identity) request.visitorId = request.identity.visitorId;
    // No route: whatever it is, there is nothing to protect, and the answer is 404.
    if (routeOptions.url === undefined) return next();
    const decision = decideAccess(routeOptions.url, request.identity ?? undefined);
    if (decision === 'identityRequired') return next(createCodedError('IDENTITY_REQUIRED'));
    if (decision === 'notBooked') return next(createCodedError('NOT_BOOKED'));
    next();
  });
}

/** The visitor of a route that is not open. */
export function identityOf(request: FastifyRequest): Identity {
  if (!request.identity) throw createCodedError('IDENTITY_REQUIRED');
  return request.identity;
}

/** A header that came twice is one nobody vouches for. */
function readHeader(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
