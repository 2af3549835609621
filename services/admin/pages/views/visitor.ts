import { type Html, html } from '@fairline/shared/html.ts';
import type { VisitorAnswer, VisitorStanding } from '../../contract/visitor.ts';
import { fill } from '../assets/format.js';
import type { Look } from '../assets/sale-look.js';
import { moment } from '../parts/moment.ts';
import { shell } from '../shell.ts';
import type { ViewContext } from '../view-context.ts';
import { visitorActions } from './visitor-actions.ts';
import { visitorHistory } from './visitor-history.ts';

/** `id`: what was typed, empty at first; `visitor` undefined when that is no visitor id. */
export function visitorView(
  context: ViewContext,
  { id, visitor }: { id: string; visitor: VisitorAnswer | undefined },
): Html {
  const words = context.texts.visitor;
  const isUnknown = id !== '' && visitor === undefined;
  return shell(context, {
    view: 'visitor',
    module: 'records.js',
    ...(visitor ? { follows: 'atMs' } : {}),
    body: html`<div class="title"><h1>${words.heading}</h1><p class="lead">${words.lead}</p></div>
<form class="search" action="/system/visitor"><label>${words.label}
<input name="id" value="${id}" required maxlength="64" spellcheck="false" autocapitalize="none" autocomplete="off" data-search
 ${isUnknown && html`aria-invalid="true" aria-describedby="unknown"`} ${visitor === undefined && html`autofocus`}></label>
<button class="primary">${words.search}</button></form>
${isUnknown && html`<p class="problem" id="unknown" role="alert">${words.unknown}</p>`}
${
  visitor &&
  html`<div class="columns" data-part="visitor"><div class="stack">${standingCard(context, visitor)}${recordCard(context, visitor)}</div>
<div class="stack">${visitorActions(context, visitor)}${visitorHistory(context, visitor)}</div></div>`
}`,
  });
}

const looks: Readonly<Record<VisitorStanding['kind'], Look | ''>> = {
  none: '',
  waiting: 'warn',
  aside: 'warn',
  booked: 'good',
  confirmed: 'good',
  ended: 'bad',
};

function standingCard(context: ViewContext, { id, standing, block }: VisitorAnswer): Html {
  const words = context.texts.visitor;
  const word = standing.kind === 'ended' ? words.standings[standing.outcome] : words.standings[standing.kind];
  return html`<section class="card standing" aria-labelledby="now"><h2 id="now">${words.now}</h2><p class="id">${id}</p>
<b data-standing="${standing.kind}" data-look="${looks[standing.kind]}">${word}</b>
<p>${describeStanding(context, standing)}</p>
${block && html`<p class="problem box">${describeBlock(context, block)}</p>`}</section>`;
}

function describeStanding(context: ViewContext, standing: VisitorStanding): Html {
  const { texts, format } = context;
  const words = texts.visitor;
  if (standing.kind === 'none') return html`${words.never}`;
  if (standing.kind === 'waiting')
    return html`${fill(words.position, { position: format.number(standing.position), number: format.number(standing.number) })}`;
  if (standing.kind === 'aside')
    return html`${fill(words.asideRank, { rank: format.number(standing.rank), number: format.number(standing.number) })}`;
  if (standing.kind === 'confirmed') return html`${fill(words.order, { id: String(standing.order.id ?? '–') })}`;
  if (standing.kind === 'ended') return around(words.endedAt, standing.number, moment(context, standing.atMs), context);
  const end =
    standing.leaseEndsAtMs === null
      ? html`${words.forGood}`
      : around(words.leaseEnds, standing.number, moment(context, standing.leaseEndsAtMs), context);
  return html`${fill(standing.isClaimed ? words.claimed : words.unclaimed, { number: format.number(standing.number) })}; ${end}`;
}

/** A text with a moment in its slot `t`, as an element. */
function around(text: string, number: number, at: Html, { format }: ViewContext): Html {
  const [before, after] = fill(text, { number: format.number(number), t: '\0' }).split('\0');
  return html`${before}${at}${after}`;
}

function describeBlock(
  context: ViewContext,
  { untilMs, reason, who, isAutomatic }: NonNullable<VisitorAnswer['block']>,
): Html {
  const { texts } = context;
  const words = texts.visitor;
  const by = isAutomatic ? texts.blocks.auto : who || '–';
  if (untilMs === null) return html`${fill(words.blockedForGood, { who: by, reason })}`;
  const [before, after] = words.blockedUntil.split('{t}');
  return html`${fill(before ?? '', { who: by, reason })}${moment(context, untilMs)}${fill(after ?? '', { who: by, reason })}`;
}

function recordCard(context: ViewContext, { record, tier }: VisitorAnswer): Html {
  const { texts, format } = context;
  const words = texts.visitor;
  const rows: [keyof typeof words.facts, Html | string][] = [['tier', words.tiers[tier] ?? tier]];
  if (record)
    rows.push(
      ['firstSeen', moment(context, record.firstSeenMs)],
      ['lastSeen', moment(context, record.lastSeenMs)],
      ['requests', format.number(record.requests)],
      ['lastPath', html`<code>${record.lastPath}</code>`],
      ['addressTag', html`<code>${record.addressTag}</code>`],
      ['userAgentTag', html`<code>${record.userAgentTag}</code>`],
    );
  return html`<section class="card" aria-labelledby="record"><h2 id="record">${words.record}</h2>
<dl class="facts">${rows.map(([name, value]) => html`<dt>${words.facts[name]}</dt><dd>${value}</dd>`)}</dl>
${record === null && html`<p class="empty">${words.noRecord}</p>`}</section>`;
}
