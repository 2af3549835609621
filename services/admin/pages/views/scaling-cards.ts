import { type Html, html } from '@fairline/shared/html.ts';
import type { LiveSnapshot } from '../../contract/overview.ts';
import type { ScalingLine } from '../../contract/scaling.ts';
import { fill } from '../assets/format.js';
import { describeScaling, isActedOn } from '../assets/scaling-look.js';
import { hidden, quickForm } from '../parts/question.ts';
import type { ViewContext } from '../view-context.ts';

/** How many instances of a room shall run, why, and the operators' plus and minus. */
export function scalingCards(context: ViewContext, snapshot: LiveSnapshot): Html {
  const words = context.texts.scaling;
  const { rooms, actor } = snapshot.scaling;
  return html`<section aria-labelledby="scaling"><div class="heading title"><h1 id="scaling">${words.heading}</h1>
<p class="fine" data-advice ${(isActedOn(actor, snapshot.atMs) || rooms.length === 0) && html`hidden`}>${words.advice}</p></div>
${
  rooms.length === 0
    ? html`<p class="empty" data-rooms>${words.none}</p>`
    : html`<div class="rooms" data-rooms>${rooms.map((line) => scalingCard(context, line, snapshot.atMs))}</div>`
}</section>`;
}

function scalingCard(context: ViewContext, line: ScalingLine, nowMs: number): Html {
  const { texts, format, canChange } = context;
  const words = texts.scaling;
  const { desired, running, why, bounds, isStale } = describeScaling(line, nowMs, words, format);
  const step = (by: 1 | -1) => {
    const wish = line.desired + by;
    const isOut = wish < line.min || wish > line.max;
    const label = fill(by === 1 ? words.plus : words.minus, { room: line.room });
    return html`<button class="step" name="replicas" value="${wish}" data-step="${by}" aria-label="${label}"
 title="${canChange ? label : texts.viewerOnly}" ${(!canChange || isOut) && html`disabled`}>${by === 1 ? '+' : '−'}</button>`;
  };
  return html`<div class="card" data-room="${line.room}"><div class="heading"><h2>${line.room}</h2><p class="fine" data-slot="bounds">${bounds}</p></div>
${quickForm(
  context,
  '/system/scaling',
  html`${hidden({ room: line.room })}<div class="scale">${step(-1)}<b data-slot="desired">${desired}</b>${step(1)}
<button class="small" name="replicas" value="" data-slot="automatic" ${line.wish === null && html`hidden`} ${!canChange && html`disabled`}>${words.automatic}</button>
<span class="fine"><span data-slot="running">${running}</span></span></div>`,
)}
<p class="fine reason"><span data-slot="why">${why}</span> <span class="problem" data-slot="stale" ${!isStale && html`hidden`}>${words.stale}</span></p></div>`;
}
