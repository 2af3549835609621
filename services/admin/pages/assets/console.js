import { setHidden, setText, showLocalTimes } from './dom.js';
import { createFormat } from './format.js';
import { quickForms } from './forms.js';
import { listenForKeys } from './keys.js';
import { followLive } from './live.js';
import { describeGate, describeSale } from './sale-look.js';

/** What every view's module builds on: its texts, the way numbers are written, and the live state. */
const main = document.querySelector('main');
export const language = main.dataset.language;
export const words = JSON.parse(main.dataset.words);
export const format = createFormat(language, words.units);

const locale = language === 'ko' ? 'ko-KR' : 'en-GB';
const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' });
const viewName = document.querySelector('[aria-current] span').textContent;
const listeners = [];
let latest;

/** Calls back with every snapshot, the latest one at once. */
export function onSnapshot(listener) {
  listeners.push(listener);
  if (latest) listener(latest);
}

function showStrip(snapshot) {
  const sale = describeSale(snapshot);
  const gate = describeGate(snapshot.gate);
  const [saleWord, gateWord] = ['sale', 'gate'].map((name) => document.querySelector(`[data-strip="${name}"]`));
  // Made before Redis had ever answered: now there is something to show.
  if (!saleWord) return location.reload();
  setText(saleWord, words.sale[sale.key].word);
  document.title = `${words.sale[sale.key].word} · ${viewName} · Fairline`;
  saleWord.dataset.look = sale.look;
  setText(gateWord, `${words.gate.heading}: ${words.gate[gate.key]}`);
  gateWord.dataset.look = gate.look;
  setText(document.querySelector('[data-as-of]'), clock.format(snapshot.atMs));
}

function showState(state) {
  const dot = document.querySelector('.live');
  const isLost = state === 'lost' || state === 'ended';
  dot.dataset.live = isLost ? 'lost' : state;
  setText(document.querySelector('[data-live-word]'), isLost ? words.live.lost : words.live[state]);
  document.body.classList.toggle('is-stale', isLost);
  if (state === 'lost') banner(words.live.unreachable);
  if (state === 'ended') banner(words.live.sessionEnded, '/system/login');
  if (state === 'ended') location.assign('/system/login');
}

function banner(text) {
  const element = document.querySelector('[data-banner]');
  setText(element, text);
  setHidden(element, text === '');
}

/** Puts the server's rendering of this very page in the place of what is shown, unless somebody is writing there. */
export async function renewBody(part = '[data-body]') {
  const here = document.querySelector(part);
  const isBusy = () => here.querySelector(':popover-open, :is(input, textarea, select):focus') !== null;
  if (!here || isBusy()) return;
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!answer.ok || answer.redirected) return;
  const there = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector(part);
  if (!there || isBusy()) return;
  showLocalTimes(there, locale);
  if (there.isEqualNode(here)) return;
  const focused = here.contains(document.activeElement) ? selectorOf(document.activeElement) : undefined;
  here.replaceChildren(...there.childNodes);
  // Whoever goes by keys stays where they were, or at least on the page's content.
  if (focused === undefined) return;
  const again = here.querySelector(focused);
  (again && !again.disabled ? again : main).focus({ preventScroll: true });
}

function selectorOf(element) {
  for (const name of ['id', 'popovertarget', 'href']) {
    const value = element.getAttribute(name);
    if (value) return `[${name}="${CSS.escape(value)}"]`;
  }
  return ':not(*)';
}

// On a phone the views are a strip that may be longer than the screen.
document.querySelector('[aria-current]').scrollIntoView({ block: 'nearest', inline: 'center' });
showLocalTimes(document, locale);
listenForKeys();
quickForms({ words, onDone: () => document.dispatchEvent(new Event('changed')) });
followLive({
  onState: showState,
  onSnapshot(snapshot) {
    latest = snapshot;
    banner(snapshot.isLive ? '' : words.live.redisAway);
    document.body.classList.toggle('is-stale', !snapshot.isLive);
    showStrip(snapshot);
    for (const listener of listeners) listener(snapshot);
  },
});
// `#message` may be where somebody was sent to write.
if (location.hash === '#message') document.querySelector('#message')?.focus();
