import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import t from 'tap';
import { plainBranding } from '../branding/branding.ts';
import { checkWords } from '../branding/words-check.ts';
import { formatClock, formatCountdown, formatWait } from '../pages/assets/wait-text.js';
import { createLook } from '../pages/look.ts';
import { renderOutcomePage } from '../pages/outcome-page.ts';
import { mostPageBytes, weighPage } from '../pages/page-weight.ts';
import { renderWaitingPage } from '../pages/waiting-page.ts';
import { en } from '../pages/words/en.ts';
import { ja } from '../pages/words/ja.ts';
import { ko } from '../pages/words/ko.ts';
import { builtInWords, pickWords, type Words } from '../pages/words/pick-words.ts';

const look = createLook(plainBranding);

const status: VisitorStatus = {
  status: 'waiting',
  number: 5678,
  position: 1234,
  waiting: 40_000,
  etaSeconds: { low: 660, high: 1020 },
  refreshAfterSeconds: 5,
  leaseEndsAt: null,
  message: null,
  updatedAt: '2026-11-22T09:00:00.000Z',
};

const render = (words: Words, changes: Partial<VisitorStatus> = {}, claimSeconds = 60) =>
  renderWaitingPage({ status: { ...status, ...changes }, words, look, claimSeconds, streamsFor: 'front' });

t.test('waiting page: says position, number, people and estimate without a script', async (t) => {
  const page = render(en);
  for (const text of ['1,234', '1,233', '38,766', '5,678', '11–17 minutes', 'lang="en" dir="ltr"', '60 seconds']) {
    t.match(page, text);
  }
  t.match(render(ko, {}, 120), /lang="ko"[\s\S]*11~17분[\s\S]*2분/);
  t.match(render(ja), /lang="ja"[\s\S]*列に並んでいます[\s\S]*11〜17分/);
});

t.test('waiting page: says what is happening now', async (t) => {
  t.match(render(en, { status: 'paused' }), /<h1[^>]*>Admission is paused<[\s\S]*once admission resumes/);
  t.match(render(en, { status: 'soldOut' }), /<h1[^>]*>All tickets are sold</);
  t.match(render(en, { position: 1 }), /<h1[^>]*>You are next</);
  t.match(render(en, { position: null, waiting: null }), /id="ahead">–</);
});

t.test('waiting page: a message is text, never markup', async (t) => {
  const page = render(en, { message: '</p><script>alert(1)</script>"\'' });
  t.notMatch(page, '<script>alert');
  t.match(page, '&lt;script&gt;alert(1)');
});

t.test('waiting page: nothing inline that a strict policy would refuse, nothing of others', async (t) => {
  const page = render(ko);
  t.notMatch(page, /<script(?![^>]*src=)/);
  t.notMatch(page, /<style|\sstyle=|\son\w+=/);
  t.notMatch(page, /(src|href)="(https?:)?\/\//);
  t.notMatch(look.style.body, /url\(|@import/);
});

t.test('waiting page: under 30 KB in every language with all it loads', async (t) => {
  for (const words of builtInWords) {
    const bytes = weighPage(look, words);
    t.ok(bytes < mostPageBytes, `${words.language}: ${bytes} bytes`);
    t.comment(`${words.language}: ${bytes} bytes`);
  }
});

t.test('style: ready for languages that run from right to left', async (t) => {
  const physical =
    /(^|[\s;{])(left|right|(margin|padding|border)-(left|right)|width|height|text-align:\s*(left|right))\s*:/m;
  t.notMatch(look.style.body.replace(/\([^)]*\)/g, ''), physical);
});

t.test('languages: complete, with the placeholders that are filled', async (t) => {
  for (const words of builtInWords) {
    t.same(checkWords({ given: words, language: words.language, known: undefined }).problems, [], words.language);
  }
});

t.test('waiting page: the estimate is not known rather than guessed', async (t) => {
  t.match(render(en, { etaSeconds: null }), 'Not known yet');
});

t.test('outcome pages: a form to join again where that may help, none for the confirmed and the blocked', async (t) => {
  for (const kind of ['left', 'expired', 'revoked', 'closed', 'full', 'soldOut', 'none'] as const) {
    t.match(renderOutcomePage({ kind, words: en, look }), /<form[^>]+method="post" action="\/apply"/, kind);
  }
  for (const kind of ['confirmed', 'blocked', 'lostKept', 'lostNotInLine', 'noCapacity'] as const) {
    t.notMatch(renderOutcomePage({ kind, words: en, look }), '<form', kind);
  }
  t.match(renderOutcomePage({ kind: 'confirmed', words: ko, look, order: 'A<1' }), 'A&lt;1');
});

t.test('wait text: short waits, minutes and hours', async (t) => {
  t.equal(formatWait({ low: 5, high: 50 }, en.wait), 'Less than a minute');
  t.equal(formatWait({ low: 50, high: 110 }, en.wait), '1–2 minutes');
  t.equal(formatWait({ low: 120, high: 120 }, en.wait), 'About 2 minutes');
  t.equal(formatWait({ low: 5400, high: 9000 }, en.wait), '1.5–2.5 hours');
});

t.test('clock text: the estimate as a time of day', async (t) => {
  const atMs = Date.parse('2026-11-22T09:00:00Z');
  const seconds = { low: 660, high: 1020 };
  t.equal(formatClock(seconds, atMs, 'en-GB', 'UTC'), '09:11–09:17');
  t.equal(formatClock(seconds, atMs, 'ko', 'Asia/Seoul'), '오후 6:11~6:17');
  t.match(formatClock({ low: 50_000, high: 60_000 }, atMs, 'en-GB', 'UTC'), '23', 'another day is named');
});

t.test('countdown text: minutes and seconds, never below zero', async (t) => {
  t.equal(formatCountdown(64_200), '1:05');
  t.equal(formatCountdown(3_725_000), '1:02:05');
  t.equal(formatCountdown(-1), '0:00');
});

t.test('language: the words of the most wished one that we speak', async (t) => {
  t.equal(pickWords('ko-KR,ko;q=0.9,en;q=0.8'), ko);
  t.equal(pickWords('fr, ja-JP;q=0.5'), ja);
  t.equal(pickWords('fr'), en);
});
