import { type Html, html } from '@fairline/shared/html.ts';
import type { AuditRecord } from '@fairline/shared/stores/audit/store.ts';
import type { OperatorContext } from './page-context.ts';

/** The latest things operators did; null when they cannot be read. */
export function auditList({ texts }: OperatorContext, records: readonly AuditRecord[] | null): Html {
  const words = texts.changes;
  const body =
    records === null
      ? html`<p class="empty">${words.unavailable}</p>`
      : records.length === 0
        ? html`<p class="empty">${words.none}</p>`
        : html`<ol class="audit">${records.map((record) => auditRow(record, words.kinds))}</ol>`;
  return html`<section id="changes" aria-labelledby="changes-heading">
<div class="heading"><h2 id="changes-heading">${words.heading}</h2></div>${body}</section>`;
}

function auditRow({ atMs, who, what, subject, before, after }: AuditRecord, kinds: Record<string, string>): Html {
  const iso = Number.isFinite(atMs) ? new Date(atMs).toISOString() : '';
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return html`<li><p class="fine"><time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time> <b>${who}</b></p>
<p>${kinds[what] ?? what}${subject !== '' && html` <code>${subject}</code>`}</p>
<ul>${names.map(
    (name) =>
      html`<li><code>${name}</code> <del>${before[name] || '–'}</del> <span aria-hidden="true">→</span> <ins>${after[name] || '–'}</ins></li>`,
  )}</ul></li>`;
}
