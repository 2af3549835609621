import { type Html, html } from '@fairline/shared/html.ts';
import type { AuditAnswer, AuditLine } from '../../contract/audit.ts';
import { moment } from '../parts/moment.ts';
import { subjectLink } from '../parts/visitor-link.ts';
import { shell } from '../shell.ts';
import type { PageContext, ViewContext } from '../view-context.ts';

/** What a table of deeds is told of the page around it. */
type TableContext = Pick<PageContext, 'texts' | 'format'>;

/** Everything operators did, by pages. `before` is where this page begins; undefined for the newest. */
export function auditView(
  context: ViewContext,
  { answer, before }: { answer: AuditAnswer | null; before: string | undefined },
): Html {
  const words = context.texts.audit;
  return shell(context, {
    view: 'audit',
    module: 'records.js',
    ...(before === undefined ? { follows: 'lastAuditId' } : {}),
    body: html`<div class="title"><h1>${words.heading}</h1><p class="lead">${words.lead}</p></div>
<section class="card">${auditTable(context, answer, 'long')}
<div class="pages">${before !== undefined ? html`<a class="button" href="/system/audit">${words.newest}</a>` : html`<span></span>`}
${answer?.next && html`<a class="button" href="/system/audit?before=${answer.next}" rel="next">${words.older}</a>`}</div></section>`,
  });
}

/** null when the log cannot be read. */
export function auditTable(context: TableContext, answer: AuditAnswer | null, size: 'short' | 'long'): Html {
  const words = context.texts.audit;
  if (answer === null) return html`<p class="empty">${words.unavailable}</p>`;
  if (answer.entries.length === 0) return html`<p class="empty">${words.none}</p>`;
  if (size === 'short')
    return html`<ul class="timeline audit">${answer.entries.map((line) => shortLine(context, line))}</ul>`;
  return html`<table class="top" data-rows><thead><tr><th scope="col">${words.when}</th><th scope="col">${words.who}</th>
<th scope="col">${words.what}</th><th scope="col">${words.change}</th></tr></thead>
<tbody>${answer.entries.map((line) => longLine(context, line))}</tbody></table>`;
}

function shortLine(context: TableContext, line: AuditLine): Html {
  return html`<li><span>${moment(context, line.atMs)}</span><div><b>${line.who}</b> ${deed(context, line)}${values(line)}</div></li>`;
}

function longLine(context: TableContext, line: AuditLine): Html {
  const words = context.texts.audit;
  return html`<tr><td data-label="${words.when}">${moment(context, line.atMs)}</td><td data-label="${words.who}"><b>${line.who}</b></td>
<td class="wide" data-label="${words.what}">${deed(context, line)}</td><td class="wide">${values(line)}</td></tr>`;
}

function deed({ texts }: TableContext, { what, subject }: AuditLine): Html {
  return html`${texts.audit.kinds[what] ?? what}${subject !== '' && html` ${subjectLink(subject)}`}`;
}

/** What was and what is; a name that has only one of them is a fact, not a change, and is shown without an arrow. */
function values({ before, after }: AuditLine): Html {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return html`<ul class="values">${names.map((name) => html`<li><code>${name}</code> ${value(before[name], after[name])}</li>`)}</ul>`;
}

function value(was: string | undefined, is: string | undefined): Html {
  if (was === undefined || is === undefined) return html`<span>${(was ?? is) || '–'}</span>`;
  return html`<del>${was || '–'}</del> <span aria-hidden="true">→</span>
<ins>${is || '–'}</ins>`;
}
