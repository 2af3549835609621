import type { ErrorBody } from '@fairline/shared/contracts/error-body.ts';
import type { Html } from '@fairline/shared/html.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sessionOf } from '../operators/access.ts';
import type { Sessions } from '../operators/session.ts';
import type { AssetUrls } from './assets.ts';
import { messagePage } from './message-page.ts';
import type { OperatorContext, PageContext } from './page-context.ts';
import { languages, type Texts, textsByLanguage } from './texts.ts';

export type Pages = ReturnType<typeof createPages>;

/** Builds what pages need from a request, and sends them. */
export function createPages({ assets, event, sessions }: { assets: AssetUrls; event: string; sessions: Sessions }) {
  function contextOf(request: FastifyRequest): PageContext {
    const language = languages.find((candidate) => candidate === request.language([...languages])) ?? 'en';
    return { language, texts: textsByLanguage[language], assets, event };
  }
  return {
    contextOf,
    operatorContextOf(request: FastifyRequest): OperatorContext {
      const session = sessionOf(request);
      const { operator } = session;
      const csrfToken = sessions.csrfToken(session);
      return { ...contextOf(request), operator, csrfToken, canChange: operator.role === 'operator' };
    },
    send: (reply: FastifyReply, page: Html) => reply.type('text/html; charset=utf-8').send(page.toString()),
    /** For the app's error handler. */
    errorPage(body: ErrorBody, request: FastifyRequest): string {
      const context = contextOf(request);
      const { statusCode, requestId } = body;
      return messagePage(context, { statusCode, requestId, message: messageOf(body, context.texts) }).toString();
    },
  };
}

function messageOf({ code, message, statusCode }: ErrorBody, { errors }: Texts): string {
  if (code === 'CSRF' || code === 'CROSS_SITE') return errors.csrf;
  if (code === 'OPERATOR_ONLY') return errors.viewer;
  if (code === 'NOT_FOUND') return errors.notFound;
  if (code === 'REDIS_UNAVAILABLE') return errors.redis;
  return statusCode >= 500 ? errors.other : message;
}
