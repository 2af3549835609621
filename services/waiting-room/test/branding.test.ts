import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '@fairline/shared/config.ts';
import t from 'tap';
import { checkBranding, plainBranding } from '../branding/branding.ts';
import { contrastOf, findFaintPairs, schemes } from '../branding/palette.ts';
import { readLook } from '../branding/read-branding.ts';
import { renderOutcomePage } from '../pages/outcome-page.ts';
import { en } from '../pages/words/en.ts';
import { pickWords } from '../pages/words/pick-words.ts';

const check = (files: Record<string, unknown>) =>
  checkBranding(
    new Map(
      Object.entries(files).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
  );

t.test('branding: the example folder makes the pages its own', async (t) => {
  const look = readLook(fileURLToPath(new URL('../examples/branding', import.meta.url)));
  t.equal(pickWords(undefined, look.languages).language, 'ko', 'its own first language');
  const words = pickWords('en', look.languages);
  t.match(words.waiting, { message: 'From the box office', leave: 'Leave the line' });
  t.match(look.style.body, '--accent:#0f4c75');
  const page = renderOutcomePage({ kind: 'left', words, look });
  t.match(page, /<title>You have left the line · Seoul Arts Hall<\/title>/);
  t.match(page, /<img class="logo" src="\/queue\/assets\/logo\.[\w-]+\.svg" alt="Seoul Arts Hall">/);
});

t.test('branding: none is needed, and our own colours are easy to read', async (t) => {
  t.match(readLook(undefined), { name: null, logo: null });
  t.same(check({}), { branding: plainBranding, problems: [] });
  for (const scheme of schemes) t.same(findFaintPairs(plainBranding.palettes[scheme]), [], scheme);
  t.equal(contrastOf('#000000', '#ffffff'), 21);
});

t.test('branding: every problem is named with its file, all at once', async (t) => {
  const { problems } = check({
    'brand.json': {
      nam: 'x',
      name: '',
      defaultLanguage: 'fr',
      light: { ink: 'red', gold: '#ffffff' },
      dark: { ink: '#333333' },
    },
    'logo.svg': '<svg onload="x()"><image href="https://example.org/a.png"/></svg>',
    'words/en.json': { waiting: { titel: 'x', announce: 'no place', leave: 5, steps: ['one'] }, direction: 'up' },
    'words/ko.json': '{',
    'notes.txt': '',
  });
  const wished = [
    /^brand\.json: "nam" is unknown; known are name, defaultLanguage, light, dark$/,
    /^brand\.json: "name" must be a text of 1–60 characters$/,
    /^brand\.json: "defaultLanguage" must be one of ja \| en \| ko, not "fr"$/,
    /^brand\.json: "light\.ink" must be a colour like #7a1f3d, not "red"$/,
    /^brand\.json: "light\.gold" is unknown/,
    /^brand\.json: "dark": "ink" #333333 on "paper" #161112 has a contrast of 1\.\d, least 4\.5$/,
    /^logo\.svg: has no viewBox/,
    /^logo\.svg: holds a script/,
    /^logo\.svg: loads something from elsewhere$/,
    /^words\/en\.json: "waiting\.titel" is no text of the pages$/,
    /^words\/en\.json: "waiting\.announce" must have \{position\}$/,
    /^words\/en\.json: "waiting\.leave" must be a text/,
    /^words\/en\.json: "waiting\.steps" must be a list of 3 texts$/,
    /^words\/en\.json: "direction" must be ltr \| rtl, not "up"$/,
    /^words\/ko\.json: is not JSON/,
    /^notes\.txt: is not part of a template/,
  ];
  for (const pattern of wished)
    t.ok(
      problems.some((problem) => pattern.test(problem)),
      String(pattern),
    );
  if (!t.passing()) t.comment(problems.join('\n'));
});

t.test('branding: a language of its own is complete, or what it lacks is named', async (t) => {
  const arabic = { ...structuredClone(en), direction: 'rtl' };
  const { branding, problems } = check({ 'words/ar.json': arabic });
  t.same(problems, []);
  t.match(pickWords('ar-EG', branding.languages), { language: 'ar', direction: 'rtl' });
  const partial = check({ 'words/ar.json': { direction: 'rtl', room: 'x' } });
  t.ok(partial.problems.includes('words/ar.json: "turn" is missing'));
});

t.test('branding: a folder with problems keeps the process from starting, with one line each', async (t) => {
  const folder = t.testdir({});
  t.throws(() => readLook(join(folder, 'nowhere')), ConfigError);
  mkdirSync(join(folder, 'words'));
  writeFileSync(join(folder, '.DS_Store'), 'not looked at');
  writeFileSync(join(folder, 'words', 'en.json'), JSON.stringify({ blocked: { body: 'x'.repeat(401) } }));
  writeFileSync(join(folder, 'brand.json'), '[]');
  try {
    readLook(folder);
    t.fail('did not throw');
  } catch (error) {
    t.same((error as ConfigError).problems, [
      'BRANDING_DIR brand.json: must hold an object',
      'BRANDING_DIR words/en.json: "blocked.body" must be a text of at most 400 characters',
    ]);
  }
});
