// Comfort on top of a page that works without it: the total and the kept choice follow the form, the countdown follows
// activity, and nobody confirms twice by impatience.

const root = document.documentElement;
root.classList.add('with-script');

const form = document.querySelector('[data-choice]');
const hold = document.querySelector('[data-hold]');

function readChoice() {
  const data = new FormData(form);
  return { section: data.get('section'), tickets: Number(data.get('tickets')) };
}

const money = new Intl.NumberFormat(root.lang, {
  style: 'currency',
  currency: form.dataset.currency,
  maximumFractionDigits: 0,
});

function formatMoney(amount) {
  const isWon = form.dataset.currency === 'KRW' && root.lang === 'ko';
  return isWon ? `${amount.toLocaleString('ko-KR')}원` : money.format(amount);
}

function showTotal() {
  const section = form.querySelector('input[name=section]:checked');
  const total = Number(section?.dataset.price ?? 0) * readChoice().tickets;
  form.querySelector('[data-total]').value = formatMoney(total);
}

/* The countdown. The server says how much is left, so the two clocks are never compared. */

let endsAtMs = 0;
let timer;
const warnAtSeconds = [120, 30];

function follow(leftMs) {
  endsAtMs = Date.now() + leftMs;
  const until = hold.querySelector('[data-until]');
  until.dateTime = new Date(endsAtMs).toISOString();
  // On the visitor's own clock; the server can only tell the hall's.
  const time = new Date(endsAtMs).toLocaleTimeString(root.lang, { hour: 'numeric', minute: '2-digit' });
  until.textContent = hold.dataset.untilWords.replace('%s', time);
  clearInterval(timer);
  timer = setInterval(tick, 1000);
  tick();
}

function tick() {
  const left = Math.max(0, Math.floor((endsAtMs - Date.now()) / 1000));
  const text = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  hold.querySelector('[data-countdown]').textContent = text;
  hold.classList.toggle('is-short', left <= 60);
  if (warnAtSeconds.includes(left)) hold.querySelector('[data-announce]').textContent = text;
  if (left > 0) return;
  clearInterval(timer);
  hold.querySelector('.hold-words').textContent = hold.dataset.over;
  hold.querySelector('[data-announce]').textContent = hold.dataset.over;
  // The place ends two seconds after its time; whoever looks then is told what became of it.
  setTimeout(() => location.assign('/ticketing'), 3500);
}

/* The choice is kept as soon as it is made, so that a reload, or another instance, shows it again. */

let pending;
let saving = Promise.resolve();
let changes = 0;

async function saveChoice() {
  const status = form.querySelector('[data-status]');
  const saved = changes;
  try {
    const response = await fetch('/api/booking/choice', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(readChoice()),
    });
    if (response.status === 409 || response.status === 403) return location.assign('/ticketing');
    if (!response.ok) throw new Error(`status ${response.status}`);
    const state = await response.json();
    if (saved === changes) status.textContent = form.dataset.saved;
    if (hold && state.leaseEndsAt) follow(Date.parse(state.leaseEndsAt) - Date.parse(state.updatedAt));
  } catch {
    status.textContent = form.dataset.notSaved;
  }
}

form.addEventListener('change', () => {
  showTotal();
  changes += 1;
  form.querySelector('[data-status]').textContent = '';
  clearTimeout(pending);
  // One at a time and in order: the last choice must be the one that stays.
  pending = setTimeout(() => {
    saving = saving.then(saveChoice);
  }, 300);
});

form.addEventListener('submit', (event) => {
  const button = form.querySelector('[data-confirm]');
  if (button.ariaDisabled === 'true') return event.preventDefault();
  clearTimeout(pending);
  button.dataset.label = button.textContent;
  button.textContent = form.dataset.confirming;
  button.ariaDisabled = 'true';
});

// Back from the order page out of the browser's memory: the button is a button again.
addEventListener('pageshow', (event) => {
  const button = form.querySelector('[data-confirm]');
  if (!event.persisted || !button.dataset.label) return;
  button.textContent = button.dataset.label;
  button.ariaDisabled = 'false';
});

showTotal();
if (hold) follow(Number(hold.dataset.leftMs));
