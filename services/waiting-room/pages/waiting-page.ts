import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import { html } from '@fairline/shared/html.ts';
import { formatWait } from './assets/wait-text.js';
import { renderHall, renderLayout } from './layout.ts';
import { fill, type Words } from './words/pick-words.ts';

/** The page of someone in line. Everything on it is true without a script; the script keeps it so. */
export function renderWaitingPage({
  status,
  words,
  claimSeconds,
}: {
  status: VisitorStatus;
  words: Words;
  /** How long a new place waits for its visitor. */
  claimSeconds: number;
}): string {
  const say = words.waiting;
  const format = (value: number | null) => (value === null ? '–' : value.toLocaleString(words.language));
  const title = status.position === 1 && status.status === 'waiting' ? say.nextTitle : say.title;
  const notice = { paused: say.paused, closed: say.closed, soldOut: say.soldOut }[status.status as string] ?? '';
  const estimate = status.etaSeconds ? formatWait(status.etaSeconds, words.wait) : say.estimateUnknown;
  const claim =
    claimSeconds % 60 === 0 && claimSeconds > 60
      ? fill(words.minutes, { count: claimSeconds / 60 })
      : fill(words.seconds, { count: claimSeconds });
  const { steps: _steps, leave: _leave, leaveQuestion: _question, leaveYes: _yes, ...forScript } = say;

  const position = status.position === null ? '·' : format(status.position);

  const main = html`<main data-words="${JSON.stringify({ ...forScript, wait: words.wait })}" data-status="${JSON.stringify(status)}">
<p class="quiet" id="announcer" role="status" aria-live="polite"></p>
<div class="columns">
<div>
${renderHall({ hasSeat: true })}
<h1 id="title">${title}</h1>
<p class="label" id="position-label">${say.position}</p>
<p class="position" id="position"${position.length > 6 && html` data-long`} aria-labelledby="position-label position">${position}</p>
<p class="notice" id="notice"${notice === '' && html` hidden`}>${notice}</p>
</div>
<div>
<dl>
<div><dt>${say.estimate}</dt><dd id="estimate">${estimate}</dd></div>
<div><dt>${say.people}</dt><dd id="people">${format(status.waiting)}</dd></div>
<div><dt>${say.number}</dt><dd id="number">${format(status.number)}</dd></div>
</dl>
<p class="updated" id="updated"></p>
<section class="message" id="message-box"${!status.message && html` hidden`}><h2>${say.message}</h2><p id="message">${status.message}</p></section>
<section class="steps"><h2>${say.nextSteps}</h2>
<ol>${say.steps.map((step) => html`<li>${fill(step, { claim })}</li>`)}</ol></section>
<details><summary>${say.leave}</summary>
<p class="question">${say.leaveQuestion}</p>
<form method="post" action="/queue/leave"><button>${say.leaveYes}</button></form></details>
</div>
</div>
</main>`;
  return renderLayout({ words, title, main, isWide: true, hasScript: true });
}
