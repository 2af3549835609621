import { renderHall } from '@fairline/shared/hall.ts';
import { html } from '@fairline/shared/html.ts';
import { renderLayout } from './layout.ts';
import type { Look } from './look.ts';
import type { Words } from './words/pick-words.ts';

export type OutcomeKind =
  | 'none'
  | 'left'
  | 'expired'
  | 'revoked'
  | 'confirmed'
  | 'closed'
  | 'full'
  | 'soldOut'
  | 'blocked'
  | 'noCapacity'
  | 'lostKept'
  | 'lostNotInLine'
  | 'inviteUsed'
  | 'inviteExpired'
  | 'inviteUnknown';

const seatKinds: ReadonlySet<OutcomeKind> = new Set(['confirmed', 'noCapacity', 'lostKept']);

/** The page of someone who is not in line: what happened, and a button where joining (again) may help. */
export function renderOutcomePage({
  kind,
  words,
  look,
  message = null,
  order = null,
}: {
  kind: OutcomeKind;
  words: Words;
  look: Look;
  /** From the operators. */
  message?: string | null;
  /** Id of a confirmed order. */
  order?: string | null;
}): string {
  const say = words[kind];
  const main = html`<main>
${renderHall({ hasSeat: seatKinds.has(kind) })}
<h1>${say.title}</h1>
<p class="lead">${say.body}</p>
${order && html`<p class="order"><span>${words.confirmed.order}</span>${order}</p>`}
${say.action && html`<form class="action" method="post" action="/apply"><button>${say.action}</button></form>`}
${message && html`<section class="message"><h2>${words.waiting.message}</h2><p>${message}</p></section>`}
</main>`;
  return renderLayout({ look, words, title: say.title, main });
}

/** The page of an error; `message` comes from the table of errors, which speaks English. */
export function renderErrorPage({ message, words, look }: { message: string; words: Words; look: Look }): string {
  const main = html`<main>
${renderHall({ hasSeat: false })}
<h1>${words.failed.title}</h1>
<p class="lead">${words.language === 'en' && message}</p>
<p class="action"><a class="button" href="/ticketing">${words.failed.back}</a></p>
</main>`;
  return renderLayout({ look, words, title: words.failed.title, main });
}
