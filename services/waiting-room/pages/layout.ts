import { type Html, html } from '@fairline/shared/html.ts';
import { scriptAsset, styleAsset } from './assets.ts';
import type { Words } from './words/pick-words.ts';

const icon =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"%3E%3Ccircle cx="8" cy="8" r="7" fill="%237a1f3d"/%3E%3C/svg%3E';

/** Rows of seats, one of them yours. */
const hall = html`<svg class="hall" viewBox="0 0 400 150" role="presentation" aria-hidden="true" focusable="false">
<path d="M20 64A300 300 0 0 1 380 64"/><path d="M44 84A262 262 0 0 1 356 84"/><path d="M68 104A224 224 0 0 1 332 104"/><path d="M92 124A186 186 0 0 1 308 124"/><path d="M116 144A148 148 0 0 1 284 144"/>
<circle class="halo" cx="200" cy="118" r="13"/><circle cx="200" cy="118" r="6"/></svg>`;

/** A whole page. `isWide`: two columns where there is room. */
export function renderLayout({
  words,
  title,
  main,
  isWide = false,
  hasScript = false,
}: {
  words: Words;
  title: string;
  main: Html;
  isWide?: boolean;
  hasScript?: boolean;
}): string {
  return html`<!doctype html>
<html lang="${words.language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="theme-color" content="#faf6ef" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#161112" media="(prefers-color-scheme: dark)">
<title>${title}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${styleAsset.path}">
${hasScript && html`<script type="module" src="${scriptAsset.path}"></script>`}
</head>
<body>
<div class="page${isWide && ' wide'}">
<p class="room">${words.room}</p>
${main}
</div>
</body>
</html>
`.toString();
}

export { hall };
