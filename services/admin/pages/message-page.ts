import { type Html, html } from '@fairline/shared/html.ts';
import { document } from './document.ts';
import type { PageContext } from './view-context.ts';

/** A refused or failed request, in words, with the way back. */
export function messagePage(
  context: PageContext,
  { statusCode, message, requestId }: { statusCode: number; message: string; requestId: string },
): Html {
  const { texts } = context;
  return document(context, {
    title: String(statusCode),
    bodyClass: 'login',
    body: html`<main id="content">
<p class="brand">Fairline</p>
<h1>${statusCode}</h1>
<p class="lead">${message}</p>
<p><a class="button" href="/system">${texts.errors.back}</a></p>
<p class="fine">${texts.errors.request} <code>${requestId}</code></p>
</main>`,
  });
}
