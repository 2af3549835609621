import { type Html, html } from './html.ts';

/** Rows of seats around a stage, above the pages for those who wait; the visitor's own shines while they have a place. */
export function renderHall({ hasSeat }: { hasSeat: boolean }): Html {
  return html`<svg class="hall" viewBox="0 0 400 146" role="presentation" aria-hidden="true" focusable="false">
<path d="M200 4A300 300 0 0 0 20 64M200 4A300 300 0 0 1 380 64"/>
<path d="M200 32A272 272 0 0 0 42 83M200 32A272 272 0 0 1 358 83"/>
<path d="M200 60A244 244 0 0 0 64 102M200 60A244 244 0 0 1 336 102"/>
<path d="M200 88A216 216 0 0 0 84 122M200 88A216 216 0 0 1 316 122"/>
<path d="M200 116A188 188 0 0 0 103 143M200 116A188 188 0 0 1 297 143"/>
${hasSeat && html`<circle class="halo" cx="200" cy="116" r="12"/><circle cx="200" cy="116" r="6"/>`}</svg>`;
}
