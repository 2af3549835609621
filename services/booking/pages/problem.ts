import type { ErrorBody } from '@fairline/shared/contracts/error-body.ts';
import { type Html, html } from '@fairline/shared/html.ts';
import { type PageContext, renderPage } from './layout.ts';
import { type Texts, texts } from './texts.ts';

const pagesWithWords = [
  'PLACE_ENDED',
  'SOLD_OUT',
  'NOT_BOOKED',
  'IDENTITY_REQUIRED',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'BAD_REQUEST',
  'CROSS_SITE',
] as const;

/** An error as a page for people: what happened, whether anything is lost, and a way on. */
export function renderProblemPage(context: PageContext, problem: ErrorBody): Html {
  const words = texts[context.language].problem;
  const [title, text] = pickWords(problem, words);
  const body = html`<section class="problem" data-code="${problem.code}">
<h1>${title}</h1>
<p>${text}</p>
${problem.code === 'BAD_REQUEST' && html`<p class="detail">${problem.message}</p>`}
<p class="actions">${renderWayOn(problem, words)} <a class="button plain" href="/">${words.toHome}</a></p>
<p class="quiet">${words.requestId}: <code>${problem.code} ${problem.requestId}</code></p>
</section>`;
  return renderPage(context, { title: title ?? problem.code, body });
}

function pickWords({ code, statusCode }: ErrorBody, words: Texts['problem']): string[] {
  const known = pagesWithWords.find((candidate) => candidate === code);
  if (known) return words[known];
  if (statusCode === 503) return words.busy;
  return statusCode < 500 ? words.BAD_REQUEST : words.other;
}

function renderWayOn({ code, statusCode }: ErrorBody, words: Texts['problem']): Html | null {
  if (code === 'PLACE_ENDED' || code === 'NOT_BOOKED') {
    return html`<a class="button" href="/ticketing">${words.toLine}</a>`;
  }
  if (statusCode >= 500) return html`<a class="button" href="/ticketing">${words.again}</a>`;
  const isAboutTickets = code === 'BAD_REQUEST' || code === 'METHOD_NOT_ALLOWED' || code === 'CROSS_SITE';
  return isAboutTickets ? html`<a class="button" href="/ticketing">${words.toTicketing}</a>` : null;
}
