import { createHash } from 'node:crypto';
import t from 'tap';
import { contentSecurityPolicy, pickLanguage, renderStaticPage } from '../static-page/static-page.ts';

t.test('static page: the style is the one its policy allows, nothing else is', async (t) => {
  const html = renderStaticPage('waiting', 'en', '/ticketing');
  const style = /<style>([\s\S]*)<\/style>/.exec(html)?.[1] ?? '';
  t.match(contentSecurityPolicy, `'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  t.match(contentSecurityPolicy, "default-src 'none'");
  t.notMatch(html, /<script|src=|https?:/);
});

t.test('static page: the address is written as text', async (t) => {
  t.match(
    renderStaticPage('cookies', 'ko', '/ticketing?a="><b>&c=\'1'),
    'href="/ticketing?a=&#34;&#62;&#60;b&#62;&#38;c=&#39;1"',
  );
  t.match(renderStaticPage('trouble', 'ko', '/'), '<html lang="ko">');
});

t.test('static page: the language that is wanted most', async (t) => {
  const table: [string | undefined, string][] = [
    [undefined, 'en'],
    ['', 'en'],
    ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
    ['en-US,ko;q=0.5', 'en'],
    ['fr, ko;q=0.3, en;q=0.2', 'ko'],
    ['de', 'en'],
    ['KO', 'ko'],
    ['korean', 'en'],
    [',;q=;;', 'en'],
  ];
  for (const [header, language] of table) t.equal(pickLanguage(header), language, header ?? 'none');
});
