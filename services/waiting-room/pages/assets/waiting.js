import { formatWait } from './wait-text.js';

const page = document.querySelector('[data-words]');
const words = JSON.parse(page.dataset.words);
const locale = document.documentElement.lang;
const byId = (id) => document.getElementById(id);
const firstTitle = document.title;
const longestSilenceMs = 45_000;
/** The room looks at the line once a second: a status that is as old as the one before comes from a room cut off. */
const staleAfterMs = 5000;

let status = JSON.parse(page.dataset.status);
let freshAtMs = Date.now();
let timer;
let stream;
let announcedAtMs = Date.now();
let announced = '';
let isLeaving = false;

const setText = (id, text) => {
  const element = byId(id);
  if (element && element.textContent !== text) element.textContent = text;
};
const formatNumber = (value) => (value === null ? '–' : value.toLocaleString(locale));

function show(next) {
  if (next.updatedAt !== status.updatedAt) freshAtMs = Date.now();
  status = next;
  const position = status.position === null ? '·' : formatNumber(status.position);
  setText('position', position);
  byId('position').toggleAttribute('data-long', position.length > 6);
  setText('number', formatNumber(status.number));
  setText('people', formatNumber(status.waiting));
  setText('estimate', status.etaSeconds ? formatWait(status.etaSeconds, words.wait) : words.estimateUnknown);
  setText('message', status.message ?? '');
  byId('message-box').hidden = !status.message;
  setText('title', status.position === 1 && status.status === 'waiting' ? words.nextTitle : words.title);
  const time = new Date(status.updatedAt).toLocaleTimeString(locale, { timeStyle: 'short' });
  setText('updated', words.updated.replace('{time}', time));
  const hold = { paused: words.paused, closed: words.closed, soldOut: words.soldOut }[status.status] ?? '';
  showNotice(Date.now() - freshAtMs > staleAfterMs ? words.lost : hold);
  if (status.position !== null) document.title = `${formatNumber(status.position)} · ${firstTitle}`;
  announce();
}

function showNotice(text) {
  setText('notice', text);
  byId('notice').hidden = text === '';
}

/** Screen readers hear the position when it is near, and else at most once a minute. */
function announce() {
  if (status.position === null) return;
  const text = words.announce.replace('{position}', formatNumber(status.position));
  const isNear = status.position <= 3;
  if (text === announced || (!isNear && Date.now() - announcedAtMs < 60_000)) return;
  announced = text;
  announcedAtMs = Date.now();
  setText('announcer', text);
}

function goIn() {
  stop();
  document.title = words.turn;
  setText('announcer', words.turn);
  setText('title', words.turn);
  showNotice(words.turnBody);
  location.reload();
}

/** Whatever is no place in line has a page of its own. */
function take(next) {
  if (isLeaving) return;
  if (next.number !== null && ['waiting', 'paused', 'closed', 'soldOut'].includes(next.status)) show(next);
  else goOn(next);
}

function goOn(next) {
  if (next.status === 'booked') return goIn();
  stop();
  location.reload();
}

function stop() {
  isLeaving = true;
  clearTimeout(timer);
  stream?.close();
}

function later(seconds) {
  clearTimeout(timer);
  if (!isLeaving) timer = setTimeout(poll, seconds * 1000);
}

async function poll() {
  try {
    const answer = await fetch('/queue/status', {
      headers: { accept: 'application/json' },
      cache: 'no-store',
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    take(await answer.json());
    later(Math.min(40, status.refreshAfterSeconds * (document.hidden ? 2 : 1)));
  } catch {
    if (isLeaving) return;
    showNotice(words.lost);
    later(3 + 5 * Math.random());
  }
}

/** Listens; polls when streams are refused or silent. */
function listen() {
  if (!('EventSource' in window)) return later(status.refreshAfterSeconds);
  stream = new EventSource('/queue/events');
  const heard = (event) => {
    take(JSON.parse(event.data));
    later(longestSilenceMs / 1000);
  };
  stream.addEventListener('status', heard);
  stream.addEventListener('admitted', heard);
  stream.addEventListener('outcome', heard);
  stream.addEventListener('error', () => {
    if (isLeaving) return;
    if (stream.readyState === EventSource.CLOSED) later(status.refreshAfterSeconds);
    else later(5 + 5 * Math.random());
  });
  later(longestSilenceMs / 1000);
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && !isLeaving) later(0.1);
});
addEventListener('offline', () => showNotice(words.lost));
addEventListener('online', () => later(0.5));
// A page that comes back from the browser's memory is old.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});

/** The page carries a Refresh header for browsers without scripts; stopping the finished page takes it back. */
function begin() {
  window.stop();
  show(status);
  listen();
}
if (document.readyState === 'complete') setTimeout(begin);
else addEventListener('load', () => setTimeout(begin));
