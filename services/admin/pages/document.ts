import { type Html, type HtmlValue, html } from '@fairline/shared/html.ts';
import type { Assets } from './assets.ts';
import type { Language, Texts } from './texts/texts.ts';

/** The frame of every page. The first of `modules` runs, the others are what it imports. */
export function document(
  { language, texts, assets }: { language: Language; texts: Texts; assets: Pick<Assets, 'urls'> },
  {
    title,
    bodyClass,
    body,
    modules = [],
  }: { title: string; bodyClass: string; body: HtmlValue; modules?: readonly string[] },
): Html {
  const [entry, ...imported] = modules;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<meta name="theme-color" content="#131013" media="(prefers-color-scheme: dark)">
<meta name="theme-color" content="#f6f2ed" media="(prefers-color-scheme: light)">
<meta name="robots" content="noindex">
<title>${title} · Fairline</title>
<link rel="icon" href="${assets.urls['icon.svg']}" type="image/svg+xml">
<link rel="stylesheet" href="${assets.urls['console.css']}">
${entry && html`<script type="module" src="${entry}"></script>`}
${imported.map((url) => html`<link rel="modulepreload" href="${url}">`)}
</head>
<body class="${bodyClass}">
<a class="skip" href="#content">${texts.skip}</a>
${body}
</body>
</html>
`;
}
