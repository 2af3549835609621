import { type Html, html } from '@fairline/shared/html.ts';
import type { LiveSnapshot } from '../../contract/overview.ts';
import { fill } from '../assets/format.js';
import { hidden, question } from '../parts/question.ts';
import type { ViewContext } from '../view-context.ts';

const mostCharacters = 500;

/** A message to everyone waiting, seen as they will see it before it is shown. */
export function messageCard(context: ViewContext, { message, counts }: Pick<LiveSnapshot, 'message' | 'counts'>): Html {
  const { texts, format, canChange } = context;
  const words = texts.message;
  const effect = html`<span data-waiting-effect>${fill(words.sendEffect, { n: format.number(counts.waiting) })}</span>`;
  return html`<section class="card" aria-labelledby="message-title"><h2 id="message-title">${words.heading}</h2>
<div class="stack">
<label for="message"><span class="fine">${words.label}</span>
<textarea id="message" name="message" form="message-form" rows="3" maxlength="${mostCharacters}" ${!canChange && html`disabled`}>
${message}</textarea></label>
<p class="fine" data-left role="status"></p>
<div class="preview" aria-live="polite"><p class="fine">${words.preview}</p><p data-preview data-empty="${words.empty}">${message}</p></div>
<div class="row">${messageQuestion(context, effect)}
${question(context, {
  id: 'ask-clear',
  label: words.clear,
  title: words.clearAsk,
  effect: words.clearEffect,
  action: '/system/message',
  fields: hidden({ message: '' }),
  submit: words.clearDo,
  isDisabled: message === '',
})}</div></div></section>`;
}

function messageQuestion(context: ViewContext, effect: Html): Html {
  const { texts, csrfToken, canChange } = context;
  const words = texts.message;
  const [isDisabled, title] = canChange ? [undefined, undefined] : [html`disabled`, html`title="${texts.viewerOnly}"`];
  return html`<button type="button" class="primary" popovertarget="ask-message" ${isDisabled} ${title}>${words.send}</button>
<div popover id="ask-message" role="dialog" aria-labelledby="ask-message-title"><h2 id="ask-message-title">${words.sendAsk}</h2>
<p>${effect}</p>
<form id="message-form" method="post" action="/system/message" data-quick><input type="hidden" name="csrf" value="${csrfToken}">
<p class="problem" role="alert" data-problem hidden></p>
<div class="row"><button class="primary" autofocus>${words.sendDo}</button>
<button type="button" popovertarget="ask-message" popovertargetaction="hide">${texts.ask.cancel}</button></div></form></div>`;
}
