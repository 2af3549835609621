import { setHidden, setText } from './dom.js';

/** Long enough to read; what went wrong stays until the next try. */
const shownMs = 6_000;
let clearing;

/**
 * Sends the forms marked `data-quick` without leaving the page. The server answers such requests with words to show;
 * `onDone` is told when something was changed. A form that cannot be sent says so and keeps what was typed.
 */
export function quickForms({ onDone, words }) {
  document.addEventListener('submit', async (event) => {
    const form = event.target.closest('form[data-quick]');
    if (!form || event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = 'yes';
    setHidden(form.querySelector('[data-running]'), false);
    const { ok, text } = await send(form, event.submitter, words);
    delete form.dataset.busy;
    setHidden(form.querySelector('[data-running]'), true);
    const problem = form.querySelector('[data-problem]');
    if (ok) {
      setHidden(problem, true);
      form.closest('[popover]')?.hidePopover();
      say(text, true);
      onDone(form);
    } else if (form.closest('[popover]')) {
      setText(problem, text);
      setHidden(problem, false);
    } else say(text, false);
  });
}

async function send(form, submitter, words) {
  try {
    const answer = await fetch(form.getAttribute('action'), {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams(new FormData(form, submitter)),
    });
    if (answer.status === 401) location.assign('/system/login');
    const { text, message } = await answer.json();
    return { ok: answer.ok, text: text ?? message ?? '' };
  } catch {
    return { ok: false, text: words.live.unreachable };
  }
}

/** What came of it, in the page's own place for that. */
export function say(text, isGood) {
  const [done, failed] = [document.querySelector('[data-done]'), document.querySelector('[data-failed]')];
  setText(done, isGood ? text : '');
  setText(failed, isGood ? '' : text);
  setHidden(failed, isGood);
  for (const element of [done, failed]) element.classList.add('floating');
  clearTimeout(clearing);
  if (isGood) clearing = setTimeout(() => setText(done, ''), shownMs);
}
