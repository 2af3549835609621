import { type Html, type HtmlValue, html } from '@fairline/shared/html.ts';
import type { PageContext } from './page-context.ts';

/** The frame of every page. `script` adds the page's own script, which waits for the document. */
export function layout(
  { language, texts, assets }: PageContext,
  { title, bodyClass, body, script = false }: { title: string; bodyClass: string; body: HtmlValue; script?: boolean },
): Html {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<meta name="theme-color" content="#161215" media="(prefers-color-scheme: dark)">
<meta name="theme-color" content="#f7f3ee" media="(prefers-color-scheme: light)">
<meta name="robots" content="noindex">
<title>${title} · Fairline</title>
<link rel="icon" href="${assets['icon.svg']}" type="image/svg+xml">
<link rel="stylesheet" href="${assets['console.css']}">
${script && html`<script src="${assets['console.js']}" defer></script>`}
</head>
<body class="${bodyClass}">
<a class="skip" href="#content">${texts.skip}</a>
${body}
</body>
</html>
`;
}
