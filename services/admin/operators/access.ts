import { createCodedError, errorBody } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import type { FastifyRequest } from 'fastify';
import type { GatewayNetworks } from './gateway-networks.ts';
import { isSameOrigin } from './same-origin.ts';
import { type Session, type Sessions, sessionCookieName } from './session.ts';
import { findToken, type Token } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null only on the routes that are open. */
    operatorSession: Session | null;
  }
  interface FastifyContextConfig {
    /** Reached without a login. Everything else is not. */
    isOpen?: boolean;
    /** Changes nothing although the method says so: viewers may. */
    isReading?: boolean;
  }
}

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

export type AccessParts = {
  sessions: Sessions;
  tokens: readonly Token[];
  /** Where gateways connect from. */
  networks: GatewayNetworks;
  /** Clients that may see anything of the console; undefined: all. */
  visibleTo: GatewayNetworks | undefined;
  nowMs: () => number;
};

/**
 * The door of the whole app, also of addresses that do not exist: connections from gateways only, clients of the right
 * networks, a session or a token for every route that is not marked open, and for whatever changes something the role
 * operator and, from a browser, our own origin and the session's token (header `x-csrf-token` or form field `csrf`).
 */
export function addAccess(app: HttpApp, { sessions, tokens, networks, visibleTo, nowMs }: AccessParts): void {
  app.decorateRequest('operatorSession', null);

  app.addHook('onRequest', async (request, reply) => {
    if (!networks.has(request.socket.remoteAddress)) throw createCodedError('NOT_FOUND');
    // No page of ours: it would say that there is something to find.
    if (visibleTo && !visibleTo.has(request.ip)) return reply.code(404).send(errorBody('NOT_FOUND', request.id));
    const { authorization, origin, 'sec-fetch-site': fetchSite } = request.headers;
    if (authorization !== undefined) {
      const token = findToken(tokens, authorization);
      if (!token) throw createCodedError('LOGIN_REQUIRED');
      request.operatorSession = sessionOfToken(token);
      return;
    }
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
    const { isOpen = false, isReading = false } = request.routeOptions.config ?? {};
    if (readingMethods.has(request.method) || !session || isOpen) return;
    // A browser sends no token by itself, so nobody else's page can make it do so.
    if (!session.isToken && !sessions.isCsrfToken(session, request.headers['x-csrf-token'] ?? csrfField(request)))
      throw createCodedError('CSRF');
    if (session.operator.role !== 'operator' && !isReading && request.routeOptions.url !== '/system/logout')
      throw createCodedError('OPERATOR_ONLY');
  });
}

function sessionOfToken({ name, role }: Token): Session {
  return { id: name, operator: { name: `token:${name}`, role }, endsAtMs: Number.POSITIVE_INFINITY, isToken: true };
}

/** The session of a route behind the login. */
export function sessionOf(request: FastifyRequest): Session {
  if (!request.operatorSession) throw createCodedError('LOGIN_REQUIRED');
  return request.operatorSession;
}

/** The name of who asks, for the audit. */
export function nameOf(request: FastifyRequest): string {
  return sessionOf(request).operator.name;
}

export function wantsPage(request: FastifyRequest): boolean {
  return !request.url.startsWith('/system/api/') && (request.headers.accept?.includes('text/html') ?? false);
}

function csrfField({ body }: FastifyRequest): unknown {
  return typeof body === 'object' && body !== null && 'csrf' in body ? body.csrf : undefined;
}
