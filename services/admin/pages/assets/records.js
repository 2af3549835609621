import { onSnapshot, renewBody } from './console.js';

/**
 * The views that show records as the server wrote them: they are asked for again when the part of the snapshot that they
 * follow changes, and after every form.
 */
const follows = document.querySelector('main').dataset.follows;
const parts = [...document.querySelectorAll('[data-part]')].map(({ dataset }) => `[data-part="${dataset.part}"]`);
const renewEveryMs = 2_000;
let last;
let renewedAt = performance.now();

async function renew() {
  renewedAt = performance.now();
  for (const part of parts.length > 0 ? parts : ['[data-body]']) await renewBody(part);
}

if (follows)
  onSnapshot((snapshot) => {
    const now = JSON.stringify(snapshot[follows]);
    const isChanged = last !== undefined && last !== now;
    if (last !== undefined && isChanged && performance.now() - renewedAt < renewEveryMs) return;
    last = now;
    if (isChanged) renew();
  });
document.addEventListener('changed', renew);
