import { type ErrorCode, errorBody, errorRow } from '@fairline/shared/errors.ts';
import { httpDate } from '@fairline/shared/plain-gets/answer-text.ts';
import { pickLanguage } from '@fairline/shared/wanted-language.ts';
import { answerLocally, type LocalAnswer, leavesMuchUnread } from '../proxy/error-answer.ts';
import { privateCacheControl } from '../proxy/response-headers.ts';
import { writeHead } from '../proxy/write-head.ts';
import { contentSecurityPolicy, renderStaticPage } from '../static-page/static-page.ts';
import { type Language, languages, words } from '../static-page/static-words.ts';
import type { Refusal, RefusalReason } from './judge.ts';

const statusPath = '/queue/status';
/** A waiting page that is told of a block asks again so late. */
const blockedRefreshSec = 60;

type Prepared = {
  status: number;
  /** Around the request's id. */
  json: readonly [string, string];
  /** For a visitor of ours. */
  pages: Readonly<Record<Language, string>>;
  /** For whoever comes in a flood: says the same in a few hundred bytes. */
  smallPages: Readonly<Record<Language, string>>;
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
  const inEach = (render: (language: Language) => string) =>
    Object.fromEntries(languages.map((language) => [language, render(language)])) as Record<Language, string>;
  return {
    status: errorRow(code).status,
    json: [before, after],
    pages: inEach((language) => renderStaticPage(page, language, '/ticketing')),
    smallPages: inEach((language) => renderSmallPage(page, language)),
  };
}

function renderSmallPage(page: 'blocked' | 'busy', language: Language): string {
  const { title, text } = words[language][page];
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>`;
  const whole = `<!doctype html><html lang="${language}">${head}<h1>${title}</h1><p>${text}</p>`;
  return whole.replace(/[^ -~]/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** Made once: under a flood an answer is put together from parts. */
const prepared: Readonly<Partial<Record<ErrorCode, Prepared>>> = {
  BLOCKED: prepare('BLOCKED', 'blocked'),
  TOO_MANY_REQUESTS: prepare('TOO_MANY_REQUESTS', 'busy'),
};

const jsonHeaders: readonly string[] = ['content-type', 'application/json; charset=utf-8'];
const smallPageHeaders: readonly string[] = ['content-type', 'text/html; charset=utf-8'];
const pageHeaders: readonly string[] = [
  ...smallPageHeaders,
  ...['vary', 'accept, accept-language'],
  ...['content-security-policy', contentSecurityPolicy, 'x-content-type-options', 'nosniff'],
];

/**
 * Refuses a request without having read more than its head: 403 or 429 with Retry-After, as a page for whoever looks at one.
 * The page for too many requests tries again by itself; the status of somebody blocked says so with 200, as always.
 * Answers the status that was sent.
 */
export function answerRefusal(answer: LocalAnswer, { reason, retryAfterSec }: Refusal): number {
  const { request, requestId } = answer;
  const { method, headers } = request;
  const code = codes[reason];
  const made = prepared[code];
  if (!made) throw new TypeError(`no answer for ${reason}`);
  const isBlocked = code === 'BLOCKED';
  const seconds = String(retryAfterSec);
  if (isBlocked && method === 'GET' && isStatusPath(request.url ?? '')) {
    sendShort(answer, 200, [...jsonHeaders, 'retry-after', seconds], blockedStatus());
    return 200;
  }
  if ((method === 'GET' || method === 'HEAD') && headers.accept?.includes('text/html')) {
    const wanted = headers['accept-language'];
    const language = wanted === undefined ? languages[0] : pickLanguage(wanted, languages);
    const retry = isBlocked ? ['retry-after', seconds] : ['retry-after', seconds, 'refresh', String(retryAfterSec + 1)];
    if (reason === 'visitorLimit' || reason === 'blockedVisitor') {
      const own = [...pageHeaders, 'content-language', language, ...retry];
      answerLocally(answer, made.status, own, made.pages[language]);
    } else {
      sendShort(answer, made.status, [...smallPageHeaders, ...retry], made.smallPages[language]);
    }
    return made.status;
  }
  sendShort(answer, made.status, [...jsonHeaders, 'retry-after', seconds], made.json[0] + requestId + made.json[1]);
  return made.status;
}

/**
 * As `answerLocally`, for texts of plain ASCII and headers that need no check: under a flood that is the larger part of what
 * an answer costs.
 */
function sendShort(answer: LocalAnswer, status: number, own: readonly string[], text: string): void {
  const { response, requestId, request } = answer;
  if (answer.closesConnection || answer.setCookie !== undefined || leavesMuchUnread(request) || response.headersSent) {
    answerLocally(answer, status, own, text);
    return;
  }
  const headers = [...own, 'cache-control', privateCacheControl, 'x-request-id', requestId];
  headers.push('date', httpDate(), 'content-length', String(text.length));
  writeHead(response, { status, headers, isPlain: true, isChecked: true });
  if (request.method === 'HEAD') response.end();
  else response.end(text, 'latin1');
}

function isStatusPath(url: string): boolean {
  return url.startsWith(statusPath) && (url.length === statusPath.length || url[statusPath.length] === '?');
}

function blockedStatus(): string {
  return JSON.stringify({
    ...{ status: 'blocked', number: null, position: null, waiting: null, etaSeconds: null },
    ...{
      refreshAfterSeconds: blockedRefreshSec,
      leaseEndsAt: null,
      message: null,
      updatedAt: new Date().toISOString(),
    },
  });
}
