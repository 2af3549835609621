import { type Html, html } from '@fairline/shared/html.ts';
import type { Funnel } from '../../contract/funnel.ts';
import { fill } from '../assets/format.js';
import { describeFunnel } from '../assets/funnel.js';
import { bar } from '../parts/bar.ts';
import { moment } from '../parts/moment.ts';
import type { ViewContext } from '../view-context.ts';

/** From visit to order, and who did not go on. */
export function funnelCard(context: ViewContext, funnel: Funnel): Html {
  const { texts, format } = context;
  const words = texts.funnel;
  const { steps, dropOffs } = describeFunnel(funnel, words, format);
  const [before, after] = fill(words.since, { t: '\0' }).split('\0');
  return html`<section class="card funnel" aria-labelledby="funnel"><h2 id="funnel">${words.heading}</h2>
<ol>${steps.map(
    ({
      name,
      value,
      ratio,
      note,
    }) => html`<li data-step="${name}"><span>${words[name]}</span>${bar(ratio, { slot: 'bar' })}
<b data-slot="value">${value}</b> <small data-slot="note">${note}</small></li>`,
  )}</ol>
<h3 class="drop-off">${words.dropOff}</h3>
<table><thead><tr><th scope="col">${words.where}</th><th scope="col" class="number">${words.left}</th>
<th scope="col" class="number">${words.expired}</th><th scope="col" class="number">${words.revoked}</th><th scope="col">${words.time}</th></tr></thead>
<tbody>${dropOffs.map(
    (row) =>
      html`<tr data-drop-off="${row.name}"><th scope="row">${words[row.name]}</th>${(
        ['left', 'expired', 'revoked'] as const
      ).map(
        (kind) => html`<td class="number" data-label="${words[kind]}" data-slot="${kind}">${row[kind]}</td>`,
      )}<td data-label="${words.time}" data-slot="time">${row.time}</td></tr>`,
  )}</tbody></table>
<p class="fine">${before}${moment(context, funnel.times.sinceMs)}${after}</p></section>`;
}
