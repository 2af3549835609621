import { type Html, html } from '@fairline/shared/html.ts';
import type { AuditAnswer } from '../../contract/audit.ts';
import type { LiveSnapshot } from '../../contract/overview.ts';
import { listFigures } from '../assets/figures.js';
import { fill } from '../assets/format.js';
import { describeSale } from '../assets/sale-look.js';
import { bar } from '../parts/bar.ts';
import { shell } from '../shell.ts';
import type { ViewContext } from '../view-context.ts';
import { auditTable } from './audit.ts';
import { funnelCard } from './funnel-card.ts';
import { messageCard } from './message-card.ts';
import { saleActions } from './sale-actions.ts';

/** What every operator looks at: is the sale on, the figures, how they went, where people get lost. */
export function overviewView(context: ViewContext, { latest }: { latest: AuditAnswer | null }): Html {
  const { texts, snapshot } = context;
  const { figures, charts, funnel, message } = texts;
  return shell(context, {
    view: 'overview',
    module: 'overview.js',
    words: { figures, charts, funnel, message, admissions: texts.admissions },
    body: snapshot && [
      saleCard(context, snapshot),
      figureList(context, snapshot),
      chartCards(context),
      html`<div class="columns"><div class="stack">${funnelCard(context, snapshot.funnel)}${latestCard(context, latest)}</div>
${messageCard(context, snapshot)}</div>`,
    ],
  });
}

function saleCard(context: ViewContext, snapshot: LiveSnapshot): Html {
  const { texts } = context;
  const { key, look } = describeSale(snapshot);
  return html`<section class="sale" data-sale data-look="${look}" aria-labelledby="sale-word">
<div><h1 id="sale-word" data-sale-word>${texts.sale[key].word}</h1>
<p data-sale-why>${fill(texts.sale[key].why, { reason: snapshot.gate.reason })}</p></div>
${saleActions(context, snapshot)}</section>`;
}

function latestCard(context: ViewContext, latest: AuditAnswer | null): Html {
  const words = context.texts.audit;
  return html`<section class="card" aria-labelledby="latest"><div class="heading"><h2 id="latest">${words.latest}</h2>
<a class="fine" href="/system/audit">${words.all}</a></div>
<div data-latest>${auditTable(context, latest, 'short')}</div></section>`;
}

function figureList({ texts, format }: ViewContext, snapshot: LiveSnapshot): Html {
  const words = texts.figures;
  return html`<section aria-labelledby="figures"><h2 class="unseen" id="figures">${words.heading}</h2>
<dl class="figures">${listFigures(snapshot, words, format).map(
    ({ name, value, note, ratio }) => html`<div class="figure" data-figure="${name}"><dt>${words[name]}</dt>
<dd><b data-slot="value">${value}</b> <small data-slot="note">${note}</small>${
      (name === 'booked' || name === 'confirmed') && ratio !== null && bar(ratio, { slot: 'bar' })
    }</dd></div>`,
  )}</dl></section>`;
}

function chartCards({ texts }: ViewContext): Html {
  const words = texts.charts;
  const legend = (
    names: readonly ('waiting' | 'booked' | 'admissionsPerMinute' | 'measuredWaitSec' | 'expectedWaitSec')[],
  ) =>
    html`<ul class="legend">${names.map(
      (name) => html`<li data-series="${name}">${words[name]} <b data-slot="value"></b></li>`,
    )}</ul>`;
  return html`<noscript><p class="fine toast">${words.noScript}</p></noscript>
<div class="charts" data-charts hidden>
<section class="card" aria-labelledby="chart-people"><div class="heading"><h2 id="chart-people">${words.people}</h2>
<div class="choices ranges" role="radiogroup" aria-label="${words.range}">${[5, 15, 60].map(
    (minutes) => html`<label><input type="radio" name="range" value="${minutes}" ${minutes === 15 && html`checked`}>
<span>${fill(words.minutes, { n: minutes })}</span></label>`,
  )}</div></div>
${legend(['waiting', 'booked', 'admissionsPerMinute'])}<div class="chart" role="img" aria-labelledby="chart-people" data-chart="people"></div></section>
<section class="card" aria-labelledby="chart-wait"><div class="heading"><h2 id="chart-wait">${words.wait}</h2></div>
${legend(['measuredWaitSec', 'expectedWaitSec'])}<div class="chart" role="img" aria-labelledby="chart-wait" data-chart="wait"></div></section>
</div>`;
}
