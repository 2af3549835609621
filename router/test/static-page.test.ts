import { createHash } from 'node:crypto';
import { pickLanguage } from '@fairline/shared/wanted-language.ts';
import t from 'tap';
import { contentSecurityPolicy, renderStaticPage } from '../static-page/static-page.ts';
import { languages, words } from '../static-page/static-words.ts';

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
    'href="/ticketing?a=&quot;&gt;&lt;b&gt;&amp;c=&#39;1"',
  );
  t.match(renderStaticPage('trouble', 'ko', '/'), '<html lang="ko">');
});

t.test('static page: in every language, and in the one that is wanted', async (t) => {
  for (const language of languages) {
    for (const page of ['waiting', 'trouble', 'cookies'] as const) {
      t.match(renderStaticPage(page, language, '/'), `<html lang="${language}">`);
      t.equal(Object.keys(words[language][page]).length, 3);
    }
  }
  t.equal(pickLanguage('ja-JP,ja;q=0.9,en;q=0.8', languages), 'ja');
  t.equal(pickLanguage('de', languages), 'en');
});
