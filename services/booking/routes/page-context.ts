import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AssetIndex } from '../pages/assets.ts';
import { languages } from '../pages/language.ts';
import type { PageContext } from '../pages/layout.ts';

/** The language the visitor reads best, of those the pages have. */
export function pageContextOf(request: FastifyRequest, assets: AssetIndex): PageContext {
  const best = request.language([...languages]);
  return { language: languages.find((language) => language === best) ?? languages[0], assets };
}

/** Whether a page is wanted as data; whoever takes anything gets the page. */
export function wantsJson(request: FastifyRequest): boolean {
  return request.type(['html', 'json']) === 'json';
}

/** Whether a form on a page was sent, not a call of the API. */
export function isPageForm(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') ?? false;
}

export function sendPage(reply: FastifyReply, page: { toString(): string }): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(String(page));
}
