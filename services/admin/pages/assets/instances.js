import { format, onSnapshot, words } from './console.js';
import { setBar, setHidden, setSlot, setText, slotOf } from './dom.js';
import { describeInstance, sparkPoints } from './instance-look.js';
import { describeScaling, isActedOn } from './scaling-look.js';

const trailLength = 60;
const trails = new Map();
const canChange = document.querySelector('#viewer-only') === null;

function fillRow(row, view) {
  const cells = describeInstance(view, words.instances, format);
  for (const name of ['id', 'place', 'state', 'load', 'inFlight', 'latency', 'rate', 'errors', 'age'])
    setSlot(row, name, cells[name]);
  slotOf(row, 'state').dataset.look = cells.look;
  slotOf(row, 'errors').dataset.look = cells.errorLook;
  setBar(row, cells.loadRatio, cells.loadLook);
  slotOf(row, 'spark').setAttribute('points', sparkPoints(trails.get(view.id) ?? [], 1));
  setHidden(slotOf(row, 'wishes'), !view.canDrain);
  row.querySelector('[name="id"]').value = view.id;
  const wish = slotOf(row, 'wish');
  wish.value = cells.wish;
  setText(wish, cells.wishText);
  wish.setAttribute('aria-label', `${cells.wishText} ${view.id}`);
}

function noteTrails(instances) {
  for (const id of trails.keys()) if (!instances.some((view) => view.id === id)) trails.delete(id);
  for (const { id, loadRatio } of instances) {
    const trail = trails.get(id) ?? [];
    trail.push(loadRatio ?? 0);
    trails.set(id, trail.slice(-trailLength));
  }
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
  setHidden(document.querySelector('[data-none]'), instances.length > 0);
  setText(document.querySelector('[data-count]'), format.number(instances.length));
}

function showScaling({ scaling, atMs }) {
  const cards = document.querySelectorAll('[data-room]');
  // The page was made before the first reckoning, or the rooms changed: rare enough to begin anew.
  if (cards.length !== scaling.rooms.length) return location.reload();
  setHidden(document.querySelector('[data-advice]'), isActedOn(scaling.actor, atMs) || scaling.rooms.length === 0);
  scaling.rooms.forEach((line, index) => {
    const card = cards[index];
    const { isStale, reason, ...texts } = describeScaling(line, atMs, words.scaling, format);
    for (const [name, text] of Object.entries(texts)) setSlot(card, name, text);
    slotOf(card, 'why').title = reason;
    setHidden(slotOf(card, 'stale'), !isStale);
    setHidden(slotOf(card, 'automatic'), line.wish === null);
    for (const step of card.querySelectorAll('[data-step]')) {
      const wish = line.desired + Number(step.dataset.step);
      step.value = String(wish);
      step.disabled = !canChange || wish < line.min || wish > line.max;
    }
  });
}

async function loadTrails() {
  try {
    const { instances } = await (await fetch('/system/api/history?minutes=1')).json();
    for (const [id, trail] of Object.entries(instances))
      trails.set(id, [...trail.loadRatio, ...(trails.get(id) ?? [])].slice(-trailLength));
  } catch {
    // The lines begin with what comes from now on.
  }
}

if (document.querySelector('[data-instances]')) {
  onSnapshot((snapshot) => {
    noteTrails(snapshot.instances);
    showInstances(snapshot.instances);
    showScaling(snapshot);
  });
  loadTrails();
}
