import { type Html, html } from '@fairline/shared/html.ts';
import type { BlockLine, BlocksAnswer } from '../../contract/blocks.ts';
import { fill } from '../assets/format.js';
import { moment } from '../parts/moment.ts';
import { hidden, question, reasonField } from '../parts/question.ts';
import { subjectLink } from '../parts/visitor-link.ts';
import { shell } from '../shell.ts';
import type { ViewContext } from '../view-context.ts';
import { durationField } from './visitor-actions.ts';

/** Who is refused everywhere, why and how long; and who looks as if they should be watched. */
export function blocksView(context: ViewContext, { answer }: { answer: BlocksAnswer | null }): Html {
  const { texts, snapshot } = context;
  const words = texts.blocks;
  return shell(context, {
    view: 'blocks',
    module: 'records.js',
    follows: 'counts.blocked counts.suspects lastAuditId',
    body: html`<div class="title"><h1>${words.heading}</h1><p class="lead">${words.lead}</p></div>
<div class="columns"><section class="card" data-part="blocks">${blockTable(context, answer)}</section>
<div class="stack">${addCard(context)}
<section class="card" aria-labelledby="suspects" data-part="suspects"><h2 id="suspects">${words.suspects}</h2><p class="fine">${words.suspectsLead}</p>
${
  snapshot && snapshot.suspects.length > 0
    ? html`<ul class="values">${snapshot.suspects.map((id) => html`<li>${subjectLink(id)}</li>`)}</ul>`
    : html`<p class="empty">${words.noSuspects}</p>`
}</section></div></div>`,
  });
}

function blockTable(context: ViewContext, answer: BlocksAnswer | null): Html {
  const { texts, format } = context;
  const words = texts.blocks;
  if (answer === null) return html`<p class="empty">${texts.audit.unavailable}</p>`;
  const { blocks, total } = answer;
  if (blocks.length === 0) return html`<p class="empty">${words.none}</p>`;
  return html`<table data-rows><thead><tr><th scope="col">${words.who}</th><th scope="col">${words.reason}</th>
<th scope="col">${words.until}</th><th scope="col">${words.by}</th><th scope="col"><span class="unseen">${words.wish}</span></th></tr></thead>
<tbody>${blocks.map((block, index) => blockRow(context, block, index))}</tbody></table>
${total > blocks.length && html`<p class="fine">${fill(words.more, { n: format.number(blocks.length), total: format.number(total) })}</p>`}`;
}

function blockRow(
  context: ViewContext,
  { kind, value, untilMs, reason, who, isAutomatic }: BlockLine,
  index: number,
): Html {
  const words = context.texts.blocks;
  return html`<tr><th scope="row">${subjectLink(value)} <small>${words.kind[kind]}</small></th>
<td data-label="${words.reason}">${reason}</td>
<td data-label="${words.until}">${untilMs === null ? words.forGood : moment(context, untilMs)}</td>
<td data-label="${words.by}">${isAutomatic ? words.auto : who || '–'}</td>
<td class="wish wide">${question(context, {
    id: `undo-${index}`,
    label: words.undo,
    title: words.undoAsk,
    effect: fill(words.undoEffect, { value }),
    action: '/system/blocks/undo',
    fields: hidden({ kind, value }),
    submit: words.undoDo,
    isSmall: true,
  })}</td></tr>`;
}

function addCard(context: ViewContext): Html {
  const { texts } = context;
  const words = texts.blocks;
  return html`<section class="card" aria-labelledby="add"><h2 id="add">${words.add}</h2><p class="fine">${words.valueHelp}</p>
<div class="row">${question(context, {
    id: 'ask-block',
    label: words.addDo,
    title: words.addAsk,
    effect: words.addEffect,
    action: '/system/blocks',
    fields: html`<label for="block-value">${words.value}</label><input id="block-value" name="value" required maxlength="64"
 spellcheck="false" autocapitalize="none" autocomplete="off" aria-describedby="block-help"><p class="hint" id="block-help">${words.valueHelp}</p>
${durationField(context, 'block')}${reasonField(context, 'block', true)}`,
    submit: words.addDo.replace('…', ''),
    isDanger: true,
  })}</div></section>`;
}
