import { type ErrorCode, errorRow } from '@fairline/shared/errors.ts';
import { pickLanguage } from '@fairline/shared/wanted-language.ts';
import { answerError, answerLocally } from '../proxy/error-answer.ts';
import { type Exchange, isPageView, wantsPage } from '../proxy/exchange.ts';
import { ticketingPath } from '../routing/route-table.ts';
import { contentSecurityPolicy, renderStaticPage } from './static-page.ts';
import { languages, type StaticPage } from './static-words.ts';

const minRefreshSec = 5;
const refreshSpreadSec = 5;

/** What the gateway says by itself to somebody who looks at a page; programs get the same as JSON. */
export function createPageAnswers({ random }: { random: () => number }) {
  function answerPage(
    exchange: Exchange,
    status: number,
    page: StaticPage,
    tryAgainUrl: string,
    headers: readonly string[],
  ): void {
    const language = pickLanguage(exchange.request.headers['accept-language'], languages);
    answerLocally(
      exchange,
      status,
      [
        'content-type',
        'text/html; charset=utf-8',
        'content-language',
        language,
        'vary',
        'accept, accept-language',
        'content-security-policy',
        contentSecurityPolicy,
        'x-content-type-options',
        'nosniff',
        'referrer-policy',
        'same-origin',
        ...headers,
      ],
      renderStaticPage(page, language, tryAgainUrl),
    );
  }

  return {
    /** A page that tries again by itself, or the error as JSON. */
    answerTrouble(exchange: Exchange, code: ErrorCode, page: StaticPage): void {
      if (!wantsPage(exchange)) {
        answerError(exchange, code);
        return;
      }
      const { status, retryAfterSec } = errorRow(code);
      // A page is what a person looks at meanwhile: with the waiting-room gone it is 503, whatever failed on the way.
      const pageStatus = page === 'waiting' ? 503 : status;
      const refreshSec = minRefreshSec + Math.floor(random() * refreshSpreadSec);
      answerPage(exchange, pageStatus, page, exchange.path + exchange.query, [
        'refresh',
        String(refreshSec),
        'retry-after',
        String(retryAfterSec ?? minRefreshSec),
      ]);
    },

    /** The page for browsers that keep no cookie. */
    answerCookiesNeeded(exchange: Exchange): void {
      const tryAgainUrl = isPageView(exchange) ? exchange.path + exchange.query : ticketingPath;
      answerPage(exchange, errorRow('COOKIE_REQUIRED').status, 'cookies', tryAgainUrl, []);
    },
  };
}

export type PageAnswers = ReturnType<typeof createPageAnswers>;
