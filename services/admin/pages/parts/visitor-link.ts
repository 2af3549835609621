import { type Html, html } from '@fairline/shared/html.ts';

const visitorId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isVisitorId(text: string): boolean {
  return visitorId.test(text);
}

/** What something was done to; a visitor can be looked up. */
export function subjectLink(subject: string): Html {
  return isVisitorId(subject)
    ? html`<a class="id" href="/system/visitor?id=${subject}">${subject}</a>`
    : html`<code>${subject}</code>`;
}
