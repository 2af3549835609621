import { type Html, html } from '@fairline/shared/html.ts';
import type { ArchiveLine, SaleAnswer, TakenFile } from '../../contract/sale.ts';
import { fill } from '../assets/format.js';
import { moment } from '../parts/moment.ts';
import { hidden, question } from '../parts/question.ts';
import { shell } from '../shell.ts';
import type { ViewContext } from '../view-context.ts';

/** The sale's data as files, and the way to the next sale. */
export function saleView(context: ViewContext, { sale }: { sale: SaleAnswer | null }): Html {
  const { texts } = context;
  const words = texts.newSale;
  return shell(context, {
    view: 'sale',
    module: 'records.js',
    follows: 'admissions epoch counts.booked',
    words: { running: words.running },
    body: html`<div class="stack narrow"><section class="card" aria-labelledby="export"><h1 id="export">${words.export}</h1>
<p class="lead">${words.exportLead}</p>
<div class="row"><a class="button" href="/system/api/journeys.csv" download>${words.journeys}</a>
<a class="button" href="/system/api/orders.csv" download>${words.orders}</a></div></section>
${
  sale === null
    ? html`<p class="empty">${texts.audit.unavailable}</p>`
    : html`<div data-part="begun">${begunCard(context, sale)}</div><div data-part="sale">${newSaleCard(context, sale)}</div><div data-part="archives">${archiveCard(context, sale.archives)}</div>`
}</div>`,
  });
}

function newSaleCard(context: ViewContext, sale: SaleAnswer): Html {
  const { texts, format } = context;
  const words = texts.newSale;
  const { number } = format;
  const [waiting, aside, booked, confirmed] = [sale.waiting, sale.aside, sale.booked, sale.confirmed].map(number);
  return html`<section class="card" aria-labelledby="new-sale"><h1 id="new-sale">${words.heading}</h1><p class="lead">${words.lead}</p>
<ol class="steps"><li>${words.stepFiles} ${taken(context, words.journeys, sale.taken.journeys)} ${taken(context, words.orders, sale.taken.orders)}</li>
${words.steps.map((step) => html`<li>${fill(step, { epoch: sale.epoch + 1 })}</li>`)}</ol>
<p class="toast">${fill(words.state, { waiting: waiting ?? '', aside: aside ?? '', booked: booked ?? '', confirmed: confirmed ?? '' })}</p>
${!sale.isPossible && html`<p class="problem box toast">${words.closeFirst}</p>`}
<div class="row">${question(context, {
    id: 'ask-sale',
    label: words.ask,
    title: words.sure,
    effect: words.effect,
    action: '/system/sale',
    fields: html`${hidden({ epoch: String(sale.epoch) })}
${sale.booked > 0 && html`<label class="tick"><input type="checkbox" name="endPlaces" value="1" required> ${fill(words.endPlaces, { n: number(sale.booked) })}</label>`}
<label for="sale-event">${fill(words.type, { event: sale.event })}</label>
<input id="sale-event" name="event" required maxlength="63" pattern="${sale.event}" spellcheck="false" autocapitalize="none" autocomplete="off">
<p class="fine" data-running hidden>${words.running}<progress></progress></p>`,
    submit: words.do,
    isDanger: true,
    isDisabled: !sale.isPossible,
    disabledReason: words.closeFirst,
  })}</div></section>`;
}

/** Whether a file of this sale was taken, and the way to it. */
function taken(context: ViewContext, name: string, file: TakenFile | null): Html {
  const words = context.texts.newSale;
  return html`${name}: ${file ? html`${words.taken} ${moment(context, file.atMs)} ${file.who}.` : words.notTaken}`;
}

/** What the last new sale did, step by step, with its results. */
function begunCard(context: ViewContext, { archives }: SaleAnswer): Html | false {
  const { texts, format } = context;
  const words = texts.newSale;
  const ended = archives[0];
  if (!ended) return false;
  const { sale, confirmed, journeys, keys, waiting, booked } = ended;
  const known = (count: number | null) => (count === null ? '–' : format.number(count));
  const results = {
    ...{ sale, epoch: ended.epoch + 1, orders: format.number(confirmed), journeys: known(journeys), keys: known(keys) },
    ...{ waiting: format.number(waiting), booked: format.number(booked) },
  };
  return html`<section class="card" aria-labelledby="begun"><h2 id="begun">${words.begun}</h2>
<p class="lead">${moment(context, ended.endedAtMs)} ${ended.who}</p>
<ol class="steps" data-results>${words.results.map((step) => html`<li>${fill(step, results)}</li>`)}</ol></section>`;
}

function archiveCard(context: ViewContext, archives: readonly ArchiveLine[]): Html {
  const { texts, format } = context;
  const words = texts.newSale;
  const file = (sale: number, name: string) => `/system/api/sales/${sale}/${name}.csv`;
  return html`<section class="card" aria-labelledby="archives"><h2 id="archives">${words.archives}</h2>
${
  archives.length === 0
    ? html`<p class="empty">${words.noArchives}</p>`
    : html`<table data-rows><thead><tr><th scope="col">${words.sale}</th><th scope="col">${words.ended}</th><th scope="col" class="number">${words.joined}</th>
<th scope="col" class="number">${words.admitted}</th><th scope="col" class="number">${words.confirmed}</th><th scope="col">${words.files}</th><th></th></tr></thead>
<tbody>${archives.map(
        (
          archive,
          index,
        ) => html`<tr><th scope="row">${words.sale} ${archive.sale}</th><td data-label="${words.ended}">${moment(context, archive.endedAtMs)} ${archive.who}</td>
<td class="number" data-label="${words.joined}">${format.number(archive.joined)}</td><td class="number" data-label="${words.admitted}">${format.number(archive.admitted)}</td>
<td class="number" data-label="${words.confirmed}">${format.number(archive.confirmed)}</td>
<td class="wide"><a href="${file(archive.sale, 'orders')}" download>orders.csv</a> <a href="${file(archive.sale, 'journeys')}" download>journeys.csv</a></td>
<td class="wish wide">${question(context, {
          id: `drop-${index}`,
          label: words.drop,
          title: words.dropAsk,
          effect: fill(words.dropEffect, { sale: archive.sale }),
          action: '/system/sale/drop',
          fields: html`${hidden({ sale: String(archive.sale) })}<input name="typed" required aria-label="${words.sale}" autocomplete="off" spellcheck="false">`,
          submit: words.dropDo,
          isDanger: true,
          isSmall: true,
        })}</td></tr>`,
      )}</tbody></table>`
}</section>`;
}
