const storeKey = 'fairline-single-keys';

/** Keys do nothing while somebody writes, or holds a modifier: those are the browser's and the system's. */
function isFree(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  return !event.target.closest?.('input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]');
}

/** Shortcuts: `g` and a letter for the views, `/`, `p`, `m`, `?`; `j`, `k` and the arrows in tables. They can be switched off. */
export function listenForKeys() {
  const toggle = document.querySelector('[data-single-keys]');
  toggle.checked = localStorage.getItem(storeKey) !== 'off';
  toggle.addEventListener('change', () => localStorage.setItem(storeKey, toggle.checked ? 'on' : 'off'));
  let isGoing = false;

  document.addEventListener('keydown', (event) => {
    if (event.target.matches?.('tr') && event.key === 'Enter') {
      event.target.querySelector('a, button:not(:disabled)')?.focus();
      return event.preventDefault();
    }
    if (!isFree(event)) return;
    const row = rowStep(event, toggle.checked);
    if (row) {
      row.focus();
      return event.preventDefault();
    }
    if (!toggle.checked) return;
    const view = isGoing && document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    isGoing = event.key === 'g' && !isGoing;
    if (isGoing) setTimeout(() => (isGoing = false), 1_500);
    if (view) location.assign(view.href);
    else if (!act(event.key)) return;
    event.preventDefault();
  });
}

function act(key) {
  if (key === '?') return document.querySelector('#help').togglePopover();
  if (document.querySelector(':popover-open')) return false;
  if (key === '/') return focusOr('[data-search]', '/system/visitor');
  if (key === 'm') return focusOr('#message', '/system#message');
  if (key !== 'p') return false;
  const button = [...document.querySelectorAll('[data-key="p"]:not(:disabled)')].find((each) => each.checkVisibility());
  if (button) button.click();
  else location.assign('/system');
  return true;
}

function focusOr(selector, address) {
  const element = document.querySelector(selector);
  if (element) element.focus();
  else location.assign(address);
  return true;
}

/** The row that the key leads to. Rows can be focused by keys alone: Tab goes on through what can be done. */
function rowStep({ key, target }, hasLetters) {
  const isDown = key === 'ArrowDown' || (hasLetters && key === 'j');
  const isUp = key === 'ArrowUp' || (hasLetters && key === 'k');
  const current = target.closest?.('[data-rows] tbody tr');
  if ((!isDown && !isUp) || (!current && key.startsWith('Arrow'))) return undefined;
  const rows = [...document.querySelectorAll('[data-rows] tbody tr')];
  const row = rows[current ? rows.indexOf(current) + (isDown ? 1 : -1) : 0];
  if (row) row.tabIndex = -1;
  return row;
}
