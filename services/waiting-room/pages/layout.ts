import { type Html, html } from '@fairline/shared/html.ts';
import type { Look } from './look.ts';
import type { Words } from './words/pick-words.ts';

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
