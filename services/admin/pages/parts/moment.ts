import { type Html, html } from '@fairline/shared/html.ts';
import type { ViewContext } from '../view-context.ts';

/** A moment in UTC; the page's script turns it into the reader's own time. */
export function moment({ format }: Pick<ViewContext, 'format'>, atMs: number): Html {
  const iso = Number.isFinite(atMs) ? new Date(atMs).toISOString() : '';
  return html`<time datetime="${iso}">${format.moment(atMs)}</time>`;
}
