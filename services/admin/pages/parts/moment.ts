import { type Html, html } from '@fairline/shared/html.ts';
import { toIsoTime } from '@fairline/shared/moments.ts';
import type { ViewContext } from '../view-context.ts';

/** A moment in UTC; the page's script turns it into the reader's own time. */
export function moment({ format }: Pick<ViewContext, 'format'>, atMs: number): Html {
  const iso = toIsoTime(atMs);
  return iso === undefined ? html`–` : html`<time datetime="${iso}">${format.moment(atMs)}</time>`;
}
