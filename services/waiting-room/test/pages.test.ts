import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import t from 'tap';
import { formatWait } from '../pages/assets/wait-text.js';
import { scriptAsset, styleAsset } from '../pages/assets.ts';
import { renderOutcomePage } from '../pages/outcome-page.ts';
import { renderWaitingPage } from '../pages/waiting-page.ts';
import { en } from '../pages/words/en.ts';
import { ko } from '../pages/words/ko.ts';
import { pickWords } from '../pages/words/pick-words.ts';

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

t.test('waiting page: says position, number, people and estimate without a script', async (t) => {
  const page = renderWaitingPage({ status, words: en, claimSeconds: 60 });
  for (const text of ['1,234', '5,678', '40,000', '11–17 minutes', 'lang="en"', '60 seconds']) t.match(page, text);
  t.match(renderWaitingPage({ status, words: ko, claimSeconds: 120 }), /lang="ko"[\s\S]*11~17분[\s\S]*2분/);
});

t.test('waiting page: a message is text, never markup', async (t) => {
  const message = '</p><script>alert(1)</script>"\'';
  const page = renderWaitingPage({ status: { ...status, message }, words: en, claimSeconds: 60 });
  t.notMatch(page, '<script>alert');
  t.match(page, '&lt;script&gt;alert(1)');
});

t.test('waiting page: nothing inline that a strict policy would refuse, and small in all', async (t) => {
  const page = renderWaitingPage({ status, words: ko, claimSeconds: 60 });
  t.notMatch(page, /<script(?![^>]*src=)/);
  t.notMatch(page, /<style|\sstyle=|\son\w+=/);
  t.notMatch(page, /(src|href)="(https?:)?\/\//);
  const bytes = [page, styleAsset.body, scriptAsset.body].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  t.ok(bytes < 30 * 1024, `${bytes} bytes`);
});

t.test('waiting page: the estimate is not known rather than guessed', async (t) => {
  t.match(renderWaitingPage({ status: { ...status, etaSeconds: null }, words: en, claimSeconds: 60 }), 'Not known yet');
});

t.test('outcome pages: a form to join again where that may help, none for the confirmed and the blocked', async (t) => {
  for (const kind of ['left', 'expired', 'revoked', 'closed', 'full', 'soldOut', 'none'] as const) {
    t.match(renderOutcomePage({ kind, words: en }), /<form[^>]+method="post" action="\/apply"/, kind);
  }
  for (const kind of ['confirmed', 'blocked', 'lostKept', 'lostNotInLine', 'noCapacity'] as const) {
    t.notMatch(renderOutcomePage({ kind, words: en }), '<form', kind);
  }
  t.match(renderOutcomePage({ kind: 'confirmed', words: ko, order: 'A<1' }), 'A&lt;1');
});

t.test('wait text: short waits, minutes and hours', async (t) => {
  t.equal(formatWait({ low: 5, high: 50 }, en.wait), 'Less than a minute');
  t.equal(formatWait({ low: 50, high: 110 }, en.wait), '1–2 minutes');
  t.equal(formatWait({ low: 120, high: 120 }, en.wait), 'About 2 minutes');
  t.equal(formatWait({ low: 5400, high: 9000 }, en.wait), '1.5–2.5 hours');
});

t.test('language: the most wished one that we speak', async (t) => {
  const languageOf = (header: string | undefined) => pickWords(header).language;
  t.equal(languageOf(undefined), 'en');
  t.equal(languageOf('ko-KR,ko;q=0.9,en;q=0.8'), 'ko');
  t.equal(languageOf('fr, en;q=0.2, ko;q=0.3'), 'ko');
  t.equal(languageOf('ko;q=0, en'), 'en');
  t.equal(languageOf(';;;,q=1,=;q=x,*'), 'en');
});
