import { showCharts } from './charts.js';
import { format, onSnapshot, renewBody, words } from './console.js';
import { setBar, setHidden, setSlot, setText } from './dom.js';
import { listFigures } from './figures.js';
import { fill } from './format.js';
import { describeFunnel } from './funnel.js';
import { watchMessage } from './message.js';
import { describeSale } from './sale-look.js';

let lastAuditId;

function showSale(snapshot) {
  const { key, look } = describeSale(snapshot);
  const card = document.querySelector('[data-sale]');
  card.dataset.look = look;
  setText(card.querySelector('[data-sale-word]'), words.sale[key].word);
  setText(card.querySelector('[data-sale-why]'), fill(words.sale[key].why, { reason: snapshot.gate.reason }));
  for (const wish of card.querySelectorAll('[data-wish]')) setHidden(wish, wish.dataset.wish === snapshot.admissions);
}

function showFigures(snapshot) {
  for (const { name, value, note, ratio } of listFigures(snapshot, words.figures, format)) {
    const figure = document.querySelector(`[data-figure="${name}"]`);
    setSlot(figure, 'value', value);
    setSlot(figure, 'note', note);
    setBar(figure, ratio ?? 0);
  }
}

function showFunnel(funnel) {
  const { steps, dropOffs } = describeFunnel(funnel, words.funnel, format);
  for (const { name, value, ratio, note } of steps) {
    const step = document.querySelector(`[data-step="${name}"]`);
    setSlot(step, 'value', value);
    setSlot(step, 'note', note);
    setBar(step, ratio);
  }
  for (const { name, ...cells } of dropOffs) {
    const row = document.querySelector(`[data-drop-off="${name}"]`);
    for (const [slot, text] of Object.entries(cells)) setSlot(row, slot, text);
  }
}

// Made before Redis had ever answered, the page has nothing to fill yet; it is about to be loaded again.
if (document.querySelector('[data-sale]')) {
  onSnapshot((snapshot) => {
    showSale(snapshot);
    showFigures(snapshot);
    showFunnel(snapshot.funnel);
    if (lastAuditId !== undefined && lastAuditId !== snapshot.lastAuditId) renewBody('[data-latest]');
    lastAuditId = snapshot.lastAuditId;
  });
  watchMessage();
  showCharts();
}
