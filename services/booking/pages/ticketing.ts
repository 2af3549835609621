import { type Html, html } from '@fairline/shared/html.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type Choice, totalOf } from '../orders/choice.ts';
import { renderConcertFacts } from './concert-heading.ts';
import { renderHallPlan } from './hall-plan.ts';
import { formatMoney, formatZonedTime } from './language.ts';
import { type PageContext, renderPage } from './layout.ts';
import { texts } from './texts.ts';

/** How long the place is held: until a time, for good, or unknown because Redis cannot be asked now. */
export type Hold = { kind: 'until'; endsAtMs: number; nowMs: number } | { kind: 'forGood' } | { kind: 'unknown' };

export type TicketingInput = {
  catalogue: Catalogue;
  choice: Choice;
  hold: Hold;
  /** Names the page's one style element to the Content-Security-Policy. */
  nonce: string;
};

/** The page of those who were let in: what they hold, for how long, choose, confirm or give back. */
export function renderTicketingPage(context: PageContext, input: TicketingInput): Html {
  const { catalogue, choice, hold, nonce } = input;
  const { language, assets } = context;
  const words = texts[language].ticketing;
  const money = (amount: number) => formatMoney(amount, catalogue.currency, language);

  const body = html`
<p class="eyebrow">${catalogue.title[language]}</p>
<h1>${words.title}</h1>
${renderConcertFacts(catalogue, language)}
${renderHold(hold, catalogue, context)}
<form class="choice" method="post" action="/api/booking/confirm" data-choice
  data-currency="${catalogue.currency}" data-saved="${words.saved}" data-not-saved="${words.notSaved}" data-confirming="${words.confirming}">
<div class="choice-seats">
<fieldset>
<legend>${words.section}</legend>
<div class="sections">
${catalogue.sections.map(
  (section) => html`<label class="section">
<input type="radio" name="section" value="${section.id}" data-price="${section.price}" required${section.id === choice.section && html` checked`}>
<span class="section-words"><strong>${section.name[language]}</strong><small>${section.note[language]}</small></span>
<span class="price">${money(section.price)}</span>
</label>
`,
)}</div>
</fieldset>
<fieldset>
<legend>${words.tickets}</legend>
<div class="counts">
${Array.from({ length: catalogue.maxTickets }, (_, index) => index + 1).map(
  (
    count,
  ) => html`<label class="count"><input type="radio" name="tickets" value="${count}" required${count === choice.tickets && html` checked`}><span>${count}</span></label>
`,
)}</div>
</fieldset>
</div>
<div class="choice-sum">
${renderHallPlan({ rings: catalogue.sections.length, label: words.plan, stage: words.stage })}
<p class="total"><span>${words.total}</span> <output data-total>${money(totalOf(choice, catalogue))}</output></p>
<button class="button" type="submit" data-confirm>${words.confirm}</button>
<input class="button plain without-script" type="submit" formaction="/api/booking/choice" value="${words.keepChoice}">
<p class="quiet">${words.noPayment}</p>
<p class="quiet saved" role="status" data-status></p>
</div>
</form>
<details class="give-back">
<summary>${words.giveBack}</summary>
<form method="post" action="/api/booking/cancel">
<p>${words.giveBackQuestion}</p>
<button class="button plain" type="submit">${words.giveBackYes}</button>
</form>
</details>`;

  // The countdown runs by style sheet alone; only its length differs from page to page.
  const secondsLeft = hold.kind === 'until' ? secondsUntil(hold) : 0;
  const head = html`<script type="module" src="${assets.urlOf('ticketing.js')}"></script>
<style nonce="${nonce}">.countdown{--seconds-left:${secondsLeft};animation-duration:${secondsLeft}s}</style>`;
  return renderPage(context, { title: words.title, body, head });
}

function renderHold(hold: Hold, catalogue: Catalogue, { language }: PageContext): Html {
  const words = texts[language].ticketing;
  if (hold.kind === 'forGood') return html`<section class="hold"><p>${words.keptForGood}</p></section>`;
  if (hold.kind === 'unknown') return html`<section class="hold"><p>${words.endUnknown}</p></section>`;
  const time = formatZonedTime(hold.endsAtMs, catalogue.timeZone, language);
  return html`<section class="hold" data-hold data-left-ms="${Math.max(0, hold.endsAtMs - hold.nowMs)}" data-over="${words.timeOver}"
  data-until-words="${words.untilTime('%s')}">
<div class="countdown" aria-hidden="true" data-countdown></div>
<div>
<p class="hold-words">${words.heldFor} <time datetime="${new Date(hold.endsAtMs).toISOString()}" data-until>${words.untilTime(time)}</time></p>
<p class="quiet"><span class="without-script">${words.minutesLeft(Math.floor(secondsUntil(hold) / 60))}. </span>${words.staysWhileActive}</p>
</div>
<p class="unseen" role="status" data-announce></p>
</section>`;
}

function secondsUntil({ endsAtMs, nowMs }: { endsAtMs: number; nowMs: number }): number {
  return Math.max(0, Math.floor((endsAtMs - nowMs) / 1000));
}
