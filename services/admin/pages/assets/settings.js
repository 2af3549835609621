import { format, onSnapshot, words } from './console.js';
import { setText } from './dom.js';
import { describeEffect } from './effects.js';
import { fill } from './format.js';

const previewAfterMs = 250;
const form = document.querySelector('[data-settings]');
const list = document.querySelector('[data-effects]');
let timer;
let asked = 0;

function inWords(name, value) {
  if (name === 'admissions' || name === 'trafficControl') return words.settings.choices[value] ?? value;
  if (value === '') return words.settings.empty;
  return /^\d{1,9}$/.test(value) && name !== 'queueingStatusCode' ? format.number(Number(value)) : value;
}

function showInForce({ version, fields }) {
  setText(document.querySelector('[data-version]'), String(version));
  for (const [name, { inForce }] of Object.entries(fields))
    setText(document.querySelector(`[data-in-force="${name}"]`), inWords(name, inForce));
}

function changedFields() {
  const changed = {};
  for (const field of form.querySelectorAll('[data-field]')) {
    const { field: name } = field.dataset;
    const value = new FormData(form).get(name)?.replaceAll('\r\n', '\n') ?? '';
    const isChanged = value.trim() !== form.elements[`was.${name}`].value.replaceAll('\r\n', '\n').trim();
    field.classList.toggle('changed', isChanged);
    if (isChanged) changed[name] = value;
  }
  return changed;
}

function line(text, className) {
  const item = document.createElement('li');
  item.textContent = text;
  if (className) item.className = className;
  return item;
}

function showPreview({ changes, effects, problems }, inForce) {
  const pace = Number(changes.find(({ field }) => field === 'newBookingsPerMinute')?.after ?? inForce);
  const items = changes.map(({ field, before, after }) =>
    line(`${words.labels[field] ?? field}: ${inWords(field, before)} → ${inWords(field, after)}`, 'change'),
  );
  for (const { field, value, range } of problems)
    items.push(line(fill(words.effects.refused, { field: words.labels[field] ?? field, value, range }), 'problem'));
  for (const effect of effects) items.push(line(describeEffect(effect, pace, words.effects, format)));
  if (changes.length > 0 && effects.length === 0 && problems.length === 0) items.push(line(words.effects.none));
  list.replaceChildren(...items);
  for (const field of form.querySelectorAll('[data-field]')) {
    if (!field.classList.contains('changed')) continue;
    const isRefused = problems.some((each) => each.field === field.dataset.field);
    const control = field.querySelector('.choices, textarea, input:not([type="hidden"])');
    control.setAttribute('aria-invalid', String(isRefused));
  }
}

async function preview(changed) {
  asked += 1;
  const mine = asked;
  if (Object.keys(changed).length === 0) return list.replaceChildren();
  try {
    const answer = await fetch('/system/api/settings/preview', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': form.elements.csrf.value },
      body: JSON.stringify(changed),
    });
    const body = await answer.json();
    if (answer.ok && mine === asked) showPreview(body, paceInForce);
  } catch {
    // The server looks at it again when it is saved.
  }
}

function watch() {
  const changed = changedFields();
  const count = Object.keys(changed).length;
  const [one, many] = words.changed;
  setText(form.querySelector('[data-changes]'), count === 0 ? '' : count === 1 ? one : fill(many, { n: count }));
  clearTimeout(timer);
  timer = setTimeout(() => preview(changed), previewAfterMs);
}

let paceInForce = 0;

if (form) {
  onSnapshot(({ settings }) => {
    paceInForce = Number(settings.fields.newBookingsPerMinute?.inForce ?? 0);
    showInForce(settings);
  });
  if (list) {
    // The effect shows by itself here.
    form.querySelector('[data-review]').hidden = true;
    form.addEventListener('input', watch);
    watch();
  }
}
