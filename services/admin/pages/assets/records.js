import { onSnapshot, renewBody } from './console.js';

/**
 * The views that show records as the server wrote them: they are asked for again when one of the parts of the snapshot
 * that they follow changes, and after every form.
 */
const follows = document.querySelector('main').dataset.follows;
const parts = [...document.querySelectorAll('[data-part]')].map(({ dataset }) => `[data-part="${dataset.part}"]`);
const renewEveryMs = 2_000;
let last;
let renewedAt = performance.now();

function partOf(snapshot, path) {
  return path.split('.').reduce((value, name) => value[name], snapshot);
}

async function renew() {
  renewedAt = performance.now();
  for (const part of parts.length > 0 ? parts : ['[data-body]']) await renewBody(part);
}

if (follows)
  onSnapshot((snapshot) => {
    const now = JSON.stringify(follows.split(' ').map((path) => partOf(snapshot, path)));
    const isChanged = last !== undefined && last !== now;
    if (last !== undefined && isChanged && performance.now() - renewedAt < renewEveryMs) return;
    last = now;
    if (isChanged) renew();
  });
document.addEventListener('changed', renew);
