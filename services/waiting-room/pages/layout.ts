import { type Html, html } from '@fairline/shared/html.ts';
import type { Look } from './look.ts';
import type { Words } from './words/pick-words.ts';

/** Rows of seats; the visitor's own shines while they have a place. */
export function renderHall({ hasSeat }: { hasSeat: boolean }): Html {
  return html`<svg class="hall" viewBox="0 0 400 146" role="presentation" aria-hidden="true" focusable="false">
<path d="M200 4A300 300 0 0 0 20 64M200 4A300 300 0 0 1 380 64"/>
<path d="M200 32A272 272 0 0 0 42 83M200 32A272 272 0 0 1 358 83"/>
<path d="M200 60A244 244 0 0 0 64 102M200 60A244 244 0 0 1 336 102"/>
<path d="M200 88A216 216 0 0 0 84 122M200 88A216 216 0 0 1 316 122"/>
<path d="M200 116A188 188 0 0 0 103 143M200 116A188 188 0 0 1 297 143"/>
${hasSeat && html`<circle class="halo" cx="200" cy="116" r="12"/><circle cx="200" cy="116" r="6"/>`}</svg>`;
}

function renderHead({ look, words }: { look: Look; words: Words }): Html {
  if (look.logo) {
    return html`<header><img class="logo" src="${look.logo.path}" alt="${look.name ?? words.room}"></header>`;
  }
  return html`<header class="room">${look.name ?? words.room}</header>`;
}

/** A whole page. `isWide`: two columns where there is room. */
export function renderLayout({
  look,
  words,
  title,
  main,
  isWide = false,
  hasScript = false,
}: {
  look: Look;
  words: Words;
  title: string;
  main: Html;
  isWide?: boolean;
  hasScript?: boolean;
}): string {
  const spot = `data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"%3E%3Ccircle cx="8" cy="8" r="7" fill="${encodeURIComponent(look.accent)}"/%3E%3C/svg%3E`;
  return html`<!doctype html>
<html lang="${words.language}" dir="${words.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="theme-color" content="${look.themeColours.light}" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="${look.themeColours.dark}" media="(prefers-color-scheme: dark)">
<title>${title}${look.name && html` · ${look.name}`}</title>
<link rel="icon" href="${look.logo?.path ?? spot}">
<link rel="stylesheet" href="${look.style.path}">
${hasScript && html`<script type="module" src="${look.script.path}"></script>`}
</head>
<body>
<div class="page${isWide && ' wide'}">
${renderHead({ look, words })}
${main}
</div>
</body>
</html>
`.toString();
}
