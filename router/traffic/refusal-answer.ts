import { type ErrorCode, errorBody, errorRow } from '@fairline/shared/errors.ts';
import { pickLanguage } from '@fairline/shared/wanted-language.ts';
import { answerLocally, type LocalAnswer } from '../proxy/error-answer.ts';
import { contentSecurityPolicy, renderStaticPage } from '../static-page/static-page.ts';
import { type Language, languages } from '../static-page/static-words.ts';
import type { Refusal, RefusalReason } from './judge.ts';

const statusPath = '/queue/status';
/** A waiting page that is told of a block asks again so late. */
const blockedRefreshSec = 60;

type Prepared = {
  status: number;
  /** Around the request's id. */
  json: readonly [string, string];
  pages: Readonly<Record<Language, string>>;
};

const codes: Readonly<Record<RefusalReason, ErrorCode>> = {
  blockedNetwork: 'BLOCKED',
  flood: 'BLOCKED',
  blockedVisitor: 'BLOCKED',
  networkLimit: 'TOO_MANY_REQUESTS',
  visitorLimit: 'TOO_MANY_REQUESTS',
  strangerLimit: 'TOO_MANY_REQUESTS',
};

const idMark = 'REQUEST-ID';

function prepare(code: ErrorCode, page: 'blocked' | 'busy'): Prepared {
  const [before = '', after = ''] = JSON.stringify(errorBody(code, idMark)).split(idMark);
  const pages = Object.fromEntries(
    languages.map((language) => [language, renderStaticPage(page, language, '/ticketing')]),
  );
  return { status: errorRow(code).status, json: [before, after], pages: pages as Record<Language, string> };
}

/** Made once: under a flood an answer is put together from parts. */
const prepared: Readonly<Partial<Record<ErrorCode, Prepared>>> = {
  BLOCKED: prepare('BLOCKED', 'blocked'),
  TOO_MANY_REQUESTS: prepare('TOO_MANY_REQUESTS', 'busy'),
};

const jsonType = ['content-type', 'application/json; charset=utf-8'];
const pageHeaders = (language: Language) => [
  ...['content-type', 'text/html; charset=utf-8', 'content-language', language, 'vary', 'accept, accept-language'],
  ...['content-security-policy', contentSecurityPolicy, 'x-content-type-options', 'nosniff'],
];

/**
 * Refuses a request without having read more than its head: 403 or 429 with Retry-After, as a page for whoever looks at one.
 * The page for too many requests tries again by itself; the status of somebody blocked says so with 200, as always.
 * Answers the status that was sent.
 */
export function answerRefusal(answer: LocalAnswer, { reason, retryAfterSec }: Refusal): number {
  const { request, requestId } = answer;
  const isBlocked = codes[reason] === 'BLOCKED';
  const made = prepared[codes[reason]];
  if (!made) throw new TypeError(`no answer for ${reason}`);
  const retryAfter = ['retry-after', String(retryAfterSec)];
  if (isBlocked && request.method === 'GET' && isStatusPath(request.url ?? '')) {
    answerLocally(answer, 200, [...jsonType, ...retryAfter], blockedStatus());
    return 200;
  }
  if ((request.method === 'GET' || request.method === 'HEAD') && request.headers.accept?.includes('text/html')) {
    const language = pickLanguage(request.headers['accept-language'], languages);
    const refresh = isBlocked ? [] : ['refresh', String(retryAfterSec + 1)];
    answerLocally(answer, made.status, [...pageHeaders(language), ...retryAfter, ...refresh], made.pages[language]);
    return made.status;
  }
  answerLocally(answer, made.status, [...jsonType, ...retryAfter], made.json[0] + requestId + made.json[1]);
  return made.status;
}

function isStatusPath(url: string): boolean {
  return url.startsWith(statusPath) && (url.length === statusPath.length || url[statusPath.length] === '?');
}

function blockedStatus(): string {
  return `{"status":"blocked","number":null,"position":null,"waiting":null,"etaSeconds":null,"refreshAfterSeconds":${blockedRefreshSec},"leaseEndsAt":null,"message":null,"updatedAt":"${new Date().toISOString()}"}`;
}
