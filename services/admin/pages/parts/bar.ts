import { type Html, html } from '@fairline/shared/html.ts';
import type { Look } from '../assets/sale-look.js';

/** A share of 0..1 as a bar, without a style attribute; the words beside it say the same. */
export function bar(ratio: number, { look, slot }: { look?: Look; slot?: string } = {}): Html {
  return html`<svg class="bar" aria-hidden="true" ${look && html`data-look="${look}"`} ${slot && html`data-slot="${slot}"`}><rect
 width="${(Math.min(1, Math.max(0, ratio)) * 100).toFixed(1)}%" height="100%"/></svg>`;
}
