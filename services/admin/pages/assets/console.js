// Keeps the counts, the instance map and the values in force of /system up to date. The page works without it.
const intervalMs = 1000;
const unknown = '–';

const main = document.querySelector('main');
const words = JSON.parse(main.dataset.words);
const locale = main.dataset.language === 'ko' ? 'ko-KR' : 'en-GB';
const banner = document.querySelector('[data-banner]');
const form = document.querySelector('[data-settings]');

const number = (value) => (value === null ? unknown : Math.round(value).toLocaleString(locale));
const ratio = (value) => (value === null ? unknown : `${Math.round(value * 100)} %`);
const milliseconds = (value) => (value === null ? unknown : `${number(value)} ms`);
const age = (value) => (value === null ? unknown : `${(value / 1000).toFixed(1)} s`);
const fill = (text, value) => text.replace('{n}', number(value));

function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function say(text, link) {
  banner.hidden = text === '';
  if (banner.dataset.said === text) return;
  banner.dataset.said = text;
  banner.textContent = text;
  if (!link) return;
  const anchor = document.createElement('a');
  anchor.href = link.href;
  anchor.textContent = link.text;
  banner.append(' ', anchor);
}

function showCounts({ counts, gate, settings }) {
  const inForce = (name) => Number(settings.fields[name].inForce);
  const show = (name, value, note = '') => {
    setText(document.querySelector(`[data-count="${name}"]`), value);
    setText(document.querySelector(`[data-note="${name}"]`), note);
  };
  const stock = inForce('ticketStock');
  const pace = inForce('newBookingsPerMinute');
  show('activeVisitors', number(counts.activeVisitors));
  show('waiting', number(counts.waiting), counts.aside > 0 ? fill(words.aside, counts.aside) : '');
  show('booked', number(counts.booked), fill(words.places, inForce('maxBooking')));
  show('confirmed', number(counts.confirmed), stock > 0 ? fill(words.stock, stock) : '');
  show('admissionsPerMinute', number(counts.admissionsPerMinute), pace > 0 ? fill(words.limit, pace) : words.noLimit);
  const look = gate.isStale ? 'stale' : gate.isOpen ? 'open' : 'shut';
  show('gate', words.gate[look], gate.isOpen ? '' : gate.reason);
  document.querySelector('[data-gate]').dataset.gate = look;
}

function stateOf(view) {
  if (view.state === 'gone') return [words.states.gone, 'gone'];
  if (view.isSuspect) return [words.suspect, 'suspect'];
  if (!view.isEnabled) return [words.drained, 'drained'];
  return [words.states[view.state], view.state];
}

function fillRow(row, view) {
  const slot = (name) => row.querySelector(`[data-slot="${name}"]`);
  const [stateText, look] = stateOf(view);
  setText(slot('id'), view.id);
  setText(slot('place'), [view.room, view.url.replace(/^http:\/\//, '')].filter(Boolean).join(' · '));
  setText(slot('state'), stateText);
  slot('state').dataset.look = look;
  slot('load').value = Math.min(1, view.loadRatio ?? 0);
  setText(slot('loadText'), ratio(view.loadRatio));
  setText(slot('inFlight'), view.inFlight === null ? unknown : `${number(view.inFlight)} / ${number(view.capacity)}`);
  setText(slot('latency'), milliseconds(view.latencyP95Ms));
  setText(slot('rate'), `${number(view.requestsPerSec)}/s`);
  setText(slot('errors'), ratio(view.errorRatio));
  setText(slot('age'), age(view.ageMs));
  const wish = slot('wish');
  if (!wish) return;
  slot('form').hidden = !view.canDrain;
  slot('idField').value = view.id;
  wish.value = view.isEnabled ? 'drain' : 'enable';
  setText(wish, view.isEnabled ? words.drain : words.enable);
  wish.setAttribute('aria-label', `${wish.textContent} ${view.id}`);
}

function showInstances(instances) {
  const body = document.querySelector('[data-instances]');
  const template = document.querySelector('#instance-row');
  const rows = new Map([...body.rows].map((row) => [row.dataset.id, row]));
  instances.forEach((view, index) => {
    let row = rows.get(view.id);
    if (!row) {
      row = template.content.firstElementChild.cloneNode(true);
      row.dataset.id = view.id;
    }
    rows.delete(view.id);
    // Rows that stay where they are are left alone, so that the focus stays as well.
    if (body.rows[index] !== row) body.insertBefore(row, body.rows[index] ?? null);
    fillRow(row, view);
  });
  for (const row of rows.values()) row.remove();
  document.querySelector('[data-no-instances]').hidden = instances.length > 0;
  setText(document.querySelector('[data-instance-count]'), number(instances.length));
}

function inWords(name, value) {
  if (words.choices[value] && name === 'admissions') return words.choices[value];
  if (name === 'message') return value === '' ? words.empty : value;
  return /^\d{1,9}$/.test(value) && name !== 'queueingStatusCode' ? number(Number(value)) : value;
}

function showSettings({ version, fields }) {
  setText(document.querySelector('[data-version]'), String(version));
  for (const [name, { inForce }] of Object.entries(fields)) {
    setText(document.querySelector(`[data-in-force="${name}"]`), inWords(name, inForce));
  }
}

function show(overview) {
  say(overview.isLive ? '' : words.lost);
  setText(document.querySelector('[data-updated]'), `${overview.at.slice(11, 19)} UTC`);
  // The page was made before Redis had ever answered: now there is one to show.
  if (!document.querySelector('[data-instances]')) return location.reload();
  showCounts(overview);
  showInstances(overview.instances);
  showSettings(overview.settings);
}

async function refresh() {
  try {
    const answer = await fetch('/system/api/overview', { signal: AbortSignal.timeout(5000) });
    if (answer.status === 401) {
      say(words.sessionEnded, { href: '/system/login', text: words.login });
      return false;
    }
    if (answer.ok) show(await answer.json());
    else say(answer.status === 503 ? words.lost : words.unreachable);
  } catch {
    say(words.unreachable);
  }
  return true;
}

async function keepRefreshing() {
  if (!document.hidden && !(await refresh())) return;
  setTimeout(keepRefreshing, intervalMs);
}

function isChanged(field) {
  const was = field.querySelector('[type="hidden"]').value;
  const radio = field.querySelector('[type="radio"]');
  const control = radio ? field.querySelector(':checked') : field.querySelector('[name]:not([type="hidden"])');
  return control !== null && control.value.trim() !== was.trim();
}

function markChanges() {
  let count = 0;
  for (const field of form.querySelectorAll('[data-field]')) {
    const changed = isChanged(field);
    field.classList.toggle('changed', changed);
    if (changed) count += 1;
  }
  const [one, many] = words.changed;
  setText(form.querySelector('[data-changes]'), count === 0 ? '' : count === 1 ? one : fill(many, count));
}

if (form) {
  form.addEventListener('input', markChanges);
  form.addEventListener('reset', () => setTimeout(markChanges));
  markChanges();
}
keepRefreshing();
