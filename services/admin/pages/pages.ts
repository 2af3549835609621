import type { ErrorBody } from '@fairline/shared/contracts/error-body.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveSnapshot } from '../contract/overview.ts';
import { sessionOf } from '../operators/access.ts';
import type { Sessions } from '../operators/session.ts';
import { createFormat } from './assets/format.js';
import type { Assets } from './assets.ts';
import { messagePage } from './message-page.ts';
import { languages, type Texts, textsByLanguage } from './texts/texts.ts';
import type { PageContext, ViewContext } from './view-context.ts';

export type Pages = ReturnType<typeof createPages>;

/** Builds what pages need from a request, and sends them. */
export function createPages({ assets, event, sessions }: { assets: Assets; event: string; sessions: Sessions }) {
  function contextOf(request: FastifyRequest): PageContext {
    const language = languages.find((candidate) => candidate === request.language([...languages])) ?? 'en';
    const texts = textsByLanguage[language];
    return { language, texts, format: createFormat(language, texts.units), assets, event };
  }

  const csrfTokenOf = (request: FastifyRequest) => sessions.csrfToken(sessionOf(request));

  return {
    contextOf,
    csrfTokenOf,
    viewContextOf(request: FastifyRequest, snapshot: LiveSnapshot | undefined): ViewContext {
      const { operator } = sessionOf(request);
      const canChange = operator.role === 'operator';
      return { ...contextOf(request), operator, csrfToken: csrfTokenOf(request), canChange, snapshot };
    },
    send: (reply: FastifyReply, page: { toString(): string }) =>
      reply.type('text/html; charset=utf-8').send(page.toString()),
    /** For the app's error handler. */
    errorPage(body: ErrorBody, request: FastifyRequest): string {
      const context = contextOf(request);
      const { statusCode, requestId } = body;
      return messagePage(context, { statusCode, requestId, message: describeError(body, context.texts) }).toString();
    },
  };
}

/** What went wrong, in the reader's language; the API's own words where there are none. */
export function describeError({ code, message, statusCode }: ErrorBody, { errors }: Texts): string {
  if (code === 'CSRF' || code === 'CROSS_SITE') return errors.csrf;
  if (code === 'OPERATOR_ONLY') return errors.viewer;
  if (code === 'NOT_FOUND') return errors.notFound;
  if (code === 'REDIS_UNAVAILABLE') return errors.redis;
  return errors.codes[code] ?? (statusCode >= 500 ? errors.other : message);
}
