import { format, onSnapshot, words } from './console.js';
import { setText } from './dom.js';
import { fill } from './format.js';

/** What visitors will read, while it is written. */
export function watchMessage() {
  const text = document.querySelector('#message');
  const preview = document.querySelector('[data-preview]');
  const clear = document.querySelector('[popovertarget="ask-clear"]');
  // As the server wrote it: something else may have been typed before this script came.
  let shown = text.defaultValue;

  function show() {
    setText(preview, text.value.trim());
    setText(
      document.querySelector('[data-left]'),
      fill(words.message.left, { n: format.number(500 - [...text.value].length) }),
    );
  }

  text.addEventListener('input', show);
  show();
  onSnapshot(({ message, counts }) => {
    const effect = fill(words.message.sendEffect, { n: format.number(counts.waiting) });
    setText(document.querySelector('[data-waiting-effect]'), effect);
    if (message === shown) return;
    // Somebody changed it: shown here as well, unless something else is being written.
    if (text.value === shown || text.value.trim() === message) text.value = message;
    shown = message;
    if (clear) clear.disabled = text.disabled || message === '';
    show();
  });
}
