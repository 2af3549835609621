import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import type { FastifyRequest } from 'fastify';
import type { GatewayNetworks } from './gateway-networks.ts';
import { isSameOrigin } from './same-origin.ts';
import { type Session, type Sessions, sessionCookieName } from './session.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null only on the routes that are open. */
    operatorSession: Session | null;
  }
  interface FastifyContextConfig {
    /** Reached without a login. Everything else is not. */
    isOpen?: boolean;
  }
}

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The door of the whole app, also of addresses that do not exist: connections from gateways only, a session for every
 * route that is not marked open, and for whatever changes something our own origin, the session's token (header
 * `x-csrf-token` or form field `csrf`) and, but for logging out, the role operator.
 */
export function addAccess(
  app: HttpApp,
  { sessions, networks, nowMs }: { sessions: Sessions; networks: GatewayNetworks; nowMs: () => number },
): void {
  app.decorateRequest('operatorSession', null);

  app.addHook('onRequest', async (request, reply) => {
    if (!networks.has(request.socket.remoteAddress)) throw createCodedError('NOT_FOUND');
    const { origin, 'sec-fetch-site': fetchSite } = request.headers;
    if (
      !readingMethods.has(request.method) &&
      !isSameOrigin({ origin, fetchSite: fetchSite?.toString(), host: request.host })
    )
      throw createCodedError('CROSS_SITE');
    request.operatorSession = sessions.verify(request.cookies[sessionCookieName], nowMs()) ?? null;
    if (request.operatorSession || request.routeOptions.config?.isOpen) return;
    if (wantsPage(request)) return reply.redirect('/system/login', 303);
    throw createCodedError('LOGIN_REQUIRED');
  });

  app.addHook('preValidation', async (request) => {
    const session = request.operatorSession;
    if (readingMethods.has(request.method) || !session || request.routeOptions.config?.isOpen) return;
    if (!sessions.isCsrfToken(session, request.headers['x-csrf-token'] ?? csrfField(request)))
      throw createCodedError('CSRF');
    if (session.operator.role !== 'operator' && request.routeOptions.url !== '/system/logout')
      throw createCodedError('OPERATOR_ONLY');
  });
}

/** The session of a route behind the login. */
export function sessionOf(request: FastifyRequest): Session {
  if (!request.operatorSession) throw createCodedError('LOGIN_REQUIRED');
  return request.operatorSession;
}

export function wantsPage(request: FastifyRequest): boolean {
  return !request.url.startsWith('/system/api/') && (request.headers.accept?.includes('text/html') ?? false);
}

function csrfField({ body }: FastifyRequest): unknown {
  return typeof body === 'object' && body !== null && 'csrf' in body ? body.csrf : undefined;
}
