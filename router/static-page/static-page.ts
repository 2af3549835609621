import { createHash } from 'node:crypto';
import { renderHall } from '@fairline/shared/hall.ts';
import { html, raw } from '@fairline/shared/html.ts';
import { type Language, type StaticPage, words } from './static-words.ts';

/** The look of the waiting page, in little: these pages load nothing. */
const style = `:root{color-scheme:light dark;--paper:#faf6ef;--ink:#231a1c;--soft:#655a58;--accent:#7a1f3d;--on-accent:#fffaf5;--serif:ui-serif,Georgia,"Noto Serif KR","Noto Serif CJK KR","Apple SD Gothic Neo",serif}
:root:lang(ja){--serif:ui-serif,Georgia,"Hiragino Mincho ProN","Noto Serif JP","Noto Serif CJK JP",serif}
@media(prefers-color-scheme:dark){:root{--paper:#161112;--ink:#f4ebe4;--soft:#b9aaa4;--accent:#f0b8c8;--on-accent:#2a0d18}}
body{margin:0;min-height:100vh;min-height:100svh;display:grid;place-items:center;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans KR","Apple SD Gothic Neo",sans-serif}
:lang(ko){word-break:keep-all}
:lang(ja){word-break:auto-phrase}
main{box-sizing:border-box;width:100%;max-width:33rem;padding:1.25rem;text-align:center;text-wrap:balance}
.hall{display:block;width:100%;height:auto;margin:0 0 -1.25rem;color:var(--accent)}
.hall path{fill:none;stroke:currentColor;stroke-width:5.5;stroke-linecap:round;stroke-dasharray:0 14;opacity:.32}
h1{font:500 1.6rem/1.25 var(--serif);margin:1.75rem 0 0}
p{max-width:26rem;margin:.75rem auto 1.75rem;color:var(--soft)}
a{display:inline-block;padding:.7rem 1.75rem;border-radius:2rem;background:var(--accent);color:var(--on-accent);font-weight:600;text-decoration:none}
a:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
@media(min-width:60rem){h1{font-size:2rem}}`;

const styleHash = createHash('sha256').update(style).digest('base64');

export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** `tryAgainUrl` must be a canonical path with its query. */
export function renderStaticPage(page: StaticPage, language: Language, tryAgainUrl: string): string {
  const { title, text, action } = words[language][page];
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body><main>${renderHall({ hasSeat: false })}<h1>${title}</h1><p>${text}</p><a href="${tryAgainUrl}">${action}</a></main></body>
</html>
`.toString();
}
