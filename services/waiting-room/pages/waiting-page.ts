import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import { renderHall } from '@fairline/shared/hall.ts';
import { html } from '@fairline/shared/html.ts';
import { vipNumberBase } from '@fairline/shared/stores/line/numbers.ts';
import { frontPosition, type StreamsFor } from '../status/near-front.ts';
import { describeLines, formatCount, formatOwnNumber } from './assets/lines-text.js';
import { formatWait } from './assets/wait-text.js';
import { renderLayout } from './layout.ts';
import type { Look } from './look.ts';
import { fill, type Words } from './words/pick-words.ts';

/** What is happening to someone in line. */
function stateOf({ status, position }: VisitorStatus): keyof Words['states'] {
  if (status === 'paused' || status === 'closed' || status === 'soldOut') return status;
  return position === 1 ? 'next' : 'waiting';
}

/** The page of someone in line. Everything on it is true without a script; the script keeps it so. */
export function renderWaitingPage({
  status,
  words,
  look,
  claimSeconds,
  streamsFor,
}: {
  status: VisitorStatus;
  words: Words;
  look: Look;
  /** How long a new place waits for its visitor. */
  claimSeconds: number;
  streamsFor: StreamsFor;
}): string {
  const say = words.waiting;
  const turn = words.turn;
  const state = words.states[stateOf(status)];
  const { position, waiting } = status;
  const format = (value: number | null) => formatCount(value, words.language);
  const estimate = status.etaSeconds ? formatWait(status.etaSeconds, words.wait) : say.estimateUnknown;
  const claim =
    claimSeconds % 60 === 0 && claimSeconds > 60
      ? fill(words.minutes, { count: claimSeconds / 60 })
      : fill(words.seconds, { count: claimSeconds });
  const shownNumber = formatOwnNumber(status.number, {
    words: words.lines,
    vipBase: vipNumberBase,
    locale: words.language,
  });
  const shownPosition = position === null ? '·' : format(position);
  const facts = {
    status,
    frontPosition: streamsFor === 'all' ? null : frontPosition,
    vipBase: vipNumberBase,
    words: {
      estimateUnknown: say.estimateUnknown,
      clock: say.clock,
      updated: say.updated,
      offline: say.offline,
      lost: say.lost,
      back: say.back,
      announce: say.announce,
      notificationBlocked: say.notificationBlocked,
      states: words.states,
      lines: words.lines,
      turn: { title: turn.title, stuck: turn.stuck, announce: turn.announce },
      wait: words.wait,
    },
  };

  const main = html`<main data-facts="${JSON.stringify(facts)}">
<p class="quiet" id="announcer" role="status" aria-live="polite"></p>
<div class="columns">
<div>
${renderHall({ hasSeat: true })}
<div id="wait">
<h1 id="title">${state.title}</h1>
<p class="label" id="position-label">${say.position}</p>
<p class="position" id="position"${shownPosition.length > 6 && html` data-long`} aria-labelledby="position-label position">${shownPosition}</p>
<p class="now" id="now">${state.now}</p>
</div>
<div id="turn" hidden>
<h1>${turn.title}</h1>
<p class="now" id="turn-now">${turn.now}</p>
<div id="turn-left" hidden>
<p class="label">${turn.timeLeft}</p>
<p class="position" id="countdown" role="timer"></p>
<p class="action"><a class="button" href="">${turn.enter}</a></p>
</div>
</div>
<p class="notice" id="notice" hidden></p>
<section class="message" id="message-box"${!status.message && html` hidden`}><h2>${say.message}</h2><p id="message" dir="auto">${status.message}</p></section>
</div>
<div class="facts">
<dl>
<div><dt>${say.estimate}</dt><dd><span id="estimate">${estimate}</span><span class="clock" id="clock"></span></dd></div>
<div><dt>${say.ahead}</dt><dd id="ahead">${format(position === null ? null : position - 1)}</dd></div>
<div><dt>${say.behind}</dt><dd id="behind">${format(position === null || waiting === null ? null : waiting - position)}</dd></div>
<div><dt>${say.number}</dt><dd id="number">${shownNumber}</dd></div>
</dl>
<p class="lines" id="lines"${!status.lines && html` hidden`}>${describeLines(status.lines, words.lines)}</p>
<p class="updated" id="updated"></p>
<section class="steps"><h2>${say.nextSteps}</h2>
<ol>${say.steps.map((step) => html`<li>${fill(step, { claim })}</li>`)}</ol></section>
<div class="switches">
<button type="button" class="switch" id="sound" aria-pressed="false" hidden>${say.sound}</button>
<button type="button" class="switch" id="notification" aria-pressed="false" hidden>${say.notification}</button>
</div>
<details><summary>${say.leave}</summary>
<p class="question">${say.leaveQuestion}</p>
<form method="post" action="/queue/leave"><button>${say.leaveYes}</button></form></details>
</div>
</div>
</main>`;
  return renderLayout({ look, words, title: state.title, main, isWide: true, hasScript: true });
}
