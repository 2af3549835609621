import { chimeMs, createNotifier, createSound } from './alerts.js';
import { describeLines, formatCount, formatOwnNumber } from './lines-text.js';
import { decideAnnouncement, decidePollMs, decideRetryMs } from './pace.js';
import { formatClock, formatCountdown, formatWait } from './wait-text.js';

const main = document.querySelector('[data-facts]');
const { words, frontPosition, vipBase, status: firstStatus } = JSON.parse(main.dataset.facts);
const locale = document.documentElement.lang;
const byId = (id) => document.getElementById(id);
const siteName = document.title.split(' · ').slice(1).join(' · ');
const inLine = ['waiting', 'paused', 'closed', 'soldOut'];
const longestSilenceMs = 45_000;
/** The room looks at the line once a second: a status that is as old as the one before comes from a room cut off. */
const staleAfterMs = 5000;
/** A page that moves on at once shows no countdown. */
const stuckAfterMs = 1500;
const tryAgainMs = 2000;
const listenAgainMs = 60_000;

let status = firstStatus;
let freshAtMs = Date.now();
let announced = { state: '', position: null, atMs: 0 };
/** What keeps news from coming: '', 'offline' or 'lost'. */
let trouble = '';
let failures = 0;
let timer;
let stream;
let refusedAtMs = Number.NEGATIVE_INFINITY;
/** While a place waits for us: when it ends, on our own clock. */
let turn;
let isLeaving = false;

const sound = createSound(byId('sound'));
const notifier = createNotifier(byId('notification'), words.notificationBlocked);

const setText = (id, text) => {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
};
const formatNumber = (value) => formatCount(value, locale);
const setTitle = (...parts) => {
  document.title = [...parts, siteName].filter(Boolean).join(' · ');
};

function stateOf({ status: word, position }) {
  if (word !== 'waiting') return word;
  return position === 1 ? 'next' : 'waiting';
}

function show(next) {
  // Rooms hear of changes some moments apart: what one of them says that is behind another is no news.
  const behindMs = Date.parse(status.updatedAt) - Date.parse(next.updatedAt);
  const isNews = next.status !== status.status || behindMs <= 0 || behindMs > staleAfterMs;
  if (isNews && behindMs !== 0) freshAtMs = Date.now();
  if (isNews) status = next;
  const { position, waiting } = status;
  const state = words.states[stateOf(status)];
  const shown = position === null ? '·' : formatNumber(position);
  setText('title', state.title);
  setText('now', state.now);
  setText('position', shown);
  byId('position').toggleAttribute('data-long', shown.length > 6);
  setText('number', formatOwnNumber(status.number, { words: words.lines, vipBase, locale }));
  setText('lines', describeLines(status.lines, words.lines));
  byId('lines').hidden = !status.lines;
  setText('ahead', formatNumber(position === null ? null : position - 1));
  setText('behind', formatNumber(position === null || waiting === null ? null : waiting - position));
  const eta = status.etaSeconds;
  setText('estimate', eta ? formatWait(eta, words.wait) : words.estimateUnknown);
  const clock = eta && eta.high > 60 ? words.clock.replace('{time}', formatClock(eta, Date.now(), locale)) : '';
  setText('clock', clock);
  setText('message', status.message ?? '');
  byId('message-box').hidden = !status.message;
  const time = new Date(status.updatedAt).toLocaleTimeString(locale, { timeStyle: 'short' });
  setText('updated', words.updated.replace('{time}', time));
  setTitle(position !== null && formatNumber(position), state.title);
  setTrouble(Date.now() - freshAtMs > staleAfterMs ? 'lost' : '');
  announce(Date.now());
}

function announce(nowMs) {
  const now = { state: `${stateOf(status)} ${status.message ?? ''}`, position: status.position };
  const what = announced.state === '' ? null : decideAnnouncement(now, announced, nowMs);
  if (what || announced.state === '') announced = { ...now, atMs: nowMs };
  const { title, now: text } = words.states[stateOf(status)];
  const place = status.position === null ? '' : words.announce.replace('{position}', formatNumber(status.position));
  if (what === 'state') setText('announcer', `${title}. ${text} ${place} ${status.message ?? ''}`);
  else if (what === 'position') setText('announcer', place);
}

/** Says once what is wrong, to eyes and ears, and once that it is over. */
function setTrouble(kind) {
  if (kind === trouble) return;
  setText('announcer', words[kind || 'back']);
  trouble = kind;
  main.toggleAttribute('data-trouble', kind !== '');
  byId('notice').hidden = kind === '';
  setText('notice', kind && words[kind]);
}

function fail() {
  failures += 1;
  setTrouble(navigator.onLine ? 'lost' : 'offline');
}

/** Whatever is no place in line has a page of its own. */
function take(next) {
  if (isLeaving) return;
  failures = 0;
  if (next.status === 'booked') return beginTurn(next);
  endTurn();
  if (next.number !== null && inLine.includes(next.status)) return show(next);
  leave();
}

/** The same address shows what comes next: the booking, or how the turn ended. */
function leave() {
  isLeaving = true;
  clearTimeout(timer);
  stream?.close();
  location.reload();
}

function beginTurn(next) {
  setTrouble('');
  if (turn) return;
  const leftMs = next.leaseEndsAt === null ? null : Date.parse(next.leaseEndsAt) - Date.parse(next.updatedAt);
  const nowMs = performance.now();
  turn = { beganAtMs: nowMs, endsAtMs: leftMs === null ? null : nowMs + leftMs };
  stream?.close();
  byId('wait').hidden = true;
  byId('turn').hidden = false;
  main.dataset.turn = '';
  setText('announcer', words.turn.announce.replace('{time}', leftMs === null ? '–' : formatCountdown(leftMs)));
  setTitle(`● ${words.turn.title}`);
  notifier.notify(words.turn.title, siteName);
  later(sound.play(), () => goIn(true));
  turn.ticker = setInterval(showTimeLeft, 500);
}

/** A page that does not leave within a moment says how long there is, and keeps trying. */
function showTimeLeft() {
  const nowMs = performance.now();
  if (nowMs - turn.beganAtMs < stuckAfterMs + chimeMs) return;
  byId('turn-left').hidden = false;
  setText('turn-now', trouble ? words[trouble] : words.turn.stuck);
  byId('notice').hidden = true;
  if (turn.endsAtMs === null) return;
  const left = formatCountdown(turn.endsAtMs - nowMs);
  setText('countdown', left);
  setTitle(left, words.turn.title);
}

function endTurn() {
  if (!turn) return;
  clearInterval(turn.ticker);
  turn = undefined;
  delete main.dataset.turn;
  byId('wait').hidden = false;
  byId('turn').hidden = true;
  listen();
}

/** A reload that fails would leave the browser's own error page: when in doubt, the line is asked first. */
async function goIn(isSure) {
  const isHere = isSure && navigator.onLine;
  const next = isHere ? status : await ask();
  if (next && !isHere) take(next);
  if (!turn) return;
  if (next) location.reload();
  later(next ? 8 * tryAgainMs : tryAgainMs, () => goIn(false));
}

function later(ms, step = poll) {
  clearTimeout(timer);
  if (!isLeaving) timer = setTimeout(step, ms);
}

/** undefined when there is no answer, which is then shown. */
async function ask() {
  try {
    const answer = await fetch('/queue/status', {
      headers: { accept: 'application/json' },
      cache: 'no-store',
      signal: AbortSignal.timeout(10_000),
    });
    if (answer.ok) return await answer.json();
  } catch {
    // Told below.
  }
  if (!isLeaving) fail();
  return undefined;
}

async function poll() {
  const next = await ask();
  if (next) take(next);
  if (turn || isLeaving) return;
  if (!next) return later(decideRetryMs({ failures, random: Math.random() }));
  if (!isListening()) listen();
  later(isListening() ? longestSilenceMs : decidePollMs({ ...status, isHidden: document.hidden }));
}

const isListening = () => stream !== undefined && stream.readyState !== EventSource.CLOSED;

/** Listens when the turn is near enough for that, and polls when streams are refused or silent. */
function listen() {
  const isNear = frontPosition === null || status.position === null || status.position <= frontPosition;
  if (!isNear || Date.now() - refusedAtMs < listenAgainMs) return;
  stream?.close();
  stream = new EventSource('/queue/events');
  const own = stream;
  const heard = (event) => {
    later(longestSilenceMs);
    take(JSON.parse(event.data));
  };
  for (const kind of ['status', 'admitted', 'outcome']) own.addEventListener(kind, heard);
  own.addEventListener('error', () => {
    if (isLeaving || turn || own !== stream) return;
    const isRefused = own.readyState === EventSource.CLOSED;
    if (isRefused) refusedAtMs = Date.now();
    later(decideRetryMs({ failures: 1 + failures, random: Math.random() }));
  });
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && !turn) later(100);
});
addEventListener('offline', fail);
addEventListener('online', () => {
  stream?.close();
  refusedAtMs = Number.NEGATIVE_INFINITY;
  later(500 + 1500 * Math.random(), turn ? () => goIn(false) : poll);
});
// Followed while offline, these would leave the browser's own error page.
for (const [selector, kind] of [
  ['form', 'submit'],
  ['#turn a', 'click'],
]) {
  document.querySelector(selector).addEventListener(kind, (event) => {
    if (!navigator.onLine) event.preventDefault();
  });
}
// A page that comes back from the browser's memory is old.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});

/** The page carries a Refresh header for browsers without scripts; stopping the finished page takes it back. */
function begin() {
  window.stop();
  show(status);
  listen();
  later(isListening() ? longestSilenceMs : decidePollMs({ ...status, isHidden: document.hidden }));
}
if (document.readyState === 'complete') setTimeout(begin);
else addEventListener('load', () => setTimeout(begin));
