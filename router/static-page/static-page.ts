import { createHash } from 'node:crypto';

/**
 * Pages that the gateway serves by itself:
 * - `waiting`: the waiting-room cannot be reached; places are kept, the page tries again.
 * - `trouble`: something behind the gateway failed; the page tries again.
 * - `cookies`: the browser does not keep the cookie that a place in line needs.
 */
export type StaticPage = 'waiting' | 'trouble' | 'cookies';

type Words = { title: string; text: string; action: string };

const words: Record<'en' | 'ko', Record<StaticPage, Words>> = {
  en: {
    waiting: {
      title: 'One moment, please',
      text: 'The waiting room cannot be reached right now. If you are in line, your place is kept. This page tries again by itself.',
      action: 'Try again now',
    },
    trouble: {
      title: 'One moment, please',
      text: 'The page cannot be shown right now. If you hold a place, it is kept. This page tries again by itself.',
      action: 'Try again now',
    },
    cookies: {
      title: 'Cookies are needed',
      text: 'Your place in line is remembered with a cookie, which your browser did not keep. Please allow cookies for this site and try again.',
      action: 'Try again',
    },
  },
  ko: {
    waiting: {
      title: '잠시만 기다려 주세요',
      text: '지금 대기실에 연결할 수 없습니다. 이미 줄을 서셨다면 순서는 그대로 유지됩니다. 이 페이지는 자동으로 다시 시도합니다.',
      action: '지금 다시 시도',
    },
    trouble: {
      title: '잠시만 기다려 주세요',
      text: '지금 페이지를 표시할 수 없습니다. 확보하신 자리는 그대로 유지됩니다. 이 페이지는 자동으로 다시 시도합니다.',
      action: '지금 다시 시도',
    },
    cookies: {
      title: '쿠키가 필요합니다',
      text: '대기 순서는 쿠키로 기억되는데, 브라우저가 쿠키를 저장하지 않았습니다. 이 사이트의 쿠키를 허용한 뒤 다시 시도해 주세요.',
      action: '다시 시도',
    },
  },
};

const style = `:root{color-scheme:light dark;--paper:#faf7f2;--ink:#241c1e;--accent:#7a1f3d}
@media(prefers-color-scheme:dark){:root{--paper:#1b1517;--ink:#f1e9e4;--accent:#f0b8c8}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--paper);color:var(--ink);font:1.0625rem/1.6 system-ui,"Noto Sans KR",sans-serif}
main{max-width:30rem;padding:2rem;text-align:center}
h1{font:500 2rem/1.25 ui-serif,Georgia,"Noto Serif KR",serif;color:var(--accent);margin:0 0 1rem}
a{display:inline-block;margin-top:1.5rem;padding:.75rem 1.5rem;border:1px solid currentColor;border-radius:.25rem;color:var(--accent);text-decoration:none}
a:focus-visible{outline:3px solid currentColor;outline-offset:3px}`;

const styleHash = createHash('sha256').update(style).digest('base64');

export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export type Language = 'en' | 'ko';

/** Korean or English, whichever `Accept-Language` wants more; English when it says neither. */
export function pickLanguage(acceptLanguage: string | undefined): Language {
  let best: { language: Language; quality: number } = { language: 'en', quality: 0 };
  for (const part of (acceptLanguage ?? '').slice(0, 500).split(',')) {
    const match = /^\s*(ko|en)(?:-[\w-]+)?\s*(?:;\s*q\s*=\s*(\d(?:\.\d+)?))?\s*$/i.exec(part);
    const quality = Number(match?.[2] ?? 1);
    if (match?.[1] && quality > best.quality) best = { language: match[1].toLowerCase() as Language, quality };
  }
  return best.language;
}

/** `tryAgainUrl` must be a canonical path with its query. */
export function renderStaticPage(page: StaticPage, language: Language, tryAgainUrl: string): string {
  const { title, text, action } = words[language][page];
  const href = tryAgainUrl.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${style}</style>
</head>
<body><main><h1>${title}</h1><p>${text}</p><a href="${href}">${action}</a></main></body>
</html>
`;
}
