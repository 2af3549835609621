import { type Html, type HtmlValue, html } from '@fairline/shared/html.ts';
import type { AssetIndex } from './assets.ts';
import type { Language } from './language.ts';
import { texts } from './texts.ts';

/** What every page is drawn with. */
export type PageContext = { language: Language; assets: AssetIndex };

export type PageParts = {
  title: string;
  body: HtmlValue;
  /** Further elements of the head. */
  head?: HtmlValue;
  isIndexed?: boolean;
};

/** The frame around every page of the room. */
export function renderPage({ language, assets }: PageContext, { title, body, head, isIndexed }: PageParts): Html {
  const words = texts[language];
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#faf6f0" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#171214" media="(prefers-color-scheme: dark)">
${isIndexed ? null : html`<meta name="robots" content="noindex">`}
<title>${title} · ${words.siteName}</title>
<link rel="icon" href="${assets.urlOf('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assets.urlOf('booking.css')}">
${head}
</head>
<body>
<a class="skip" href="#content">${words.skipToContent}</a>
<header class="site"><a class="site-name" href="/">${words.siteName}</a></header>
<main id="content">
${body}
</main>
</body>
</html>
`;
}

/**
 * Only our own files, no frames, forms only to ourselves. The nonce is for one style element that tells the countdown
 * its length; there are no inline scripts.
 */
export function contentSecurityPolicy(nonce?: string): string {
  const styles = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles}`,
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
