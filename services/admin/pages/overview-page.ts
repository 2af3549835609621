import { type Html, type HtmlValue, html } from '@fairline/shared/html.ts';
import type { AuditRecord } from '@fairline/shared/stores/audit/store.ts';
import type { Overview } from '../overview/overview.ts';
import { auditList } from './audit-list.ts';
import { instanceMap } from './instance-map.ts';
import { layout } from './layout.ts';
import { formatNumber, formatTime } from './numbers.ts';
import type { OperatorContext } from './page-context.ts';
import { type SettingsAttempt, type SettingsNotice, settingsForm } from './settings-form.ts';
import { fillNumber } from './texts.ts';

export type OverviewPageData = {
  overview: Overview | undefined;
  /** null while Redis is away. */
  audit: readonly AuditRecord[] | null;
  attempt?: SettingsAttempt | undefined;
  notice?: SettingsNotice;
  instanceProblem?: string | undefined;
};

/** The one page of the console: counts, instance map, settings, latest changes. */
export function overviewPage(context: OperatorContext, data: OverviewPageData): Html {
  const { texts } = context;
  const { overview } = data;
  return layout(context, {
    title: texts.console,
    bodyClass: 'console',
    script: true,
    body: html`${topBar(context, overview)}
<main id="content" data-language="${context.language}" data-words="${JSON.stringify(scriptWords(context))}">
<p class="banner" role="alert" data-banner ${overview?.isLive && html`hidden`}>${overview ? texts.live.lost : texts.live.nothingYet}</p>
${
  overview &&
  html`${counts(context, overview)}
<div class="columns">${instanceMap(context, overview, data.instanceProblem)}
${settingsForm(context, { settings: overview.settings, attempt: data.attempt, notice: data.notice })}
${auditList(context, data.audit)}</div>`
}
</main>`,
  });
}

/** What console.js says by itself. */
function scriptWords({ texts }: OperatorContext): object {
  const { instances, live, counts, gate, settings } = texts;
  return {
    ...{ states: instances.states, drained: instances.drained, suspect: instances.suspect },
    ...{ drain: instances.drain, enable: instances.enable, choices: settings.choices, empty: settings.empty },
    ...{ lost: live.lost, unreachable: live.unreachable, sessionEnded: live.sessionEnded, login: texts.login.title },
    ...{
      aside: counts.aside,
      places: counts.places,
      stock: counts.stock,
      limit: counts.limit,
      noLimit: counts.noLimit,
    },
    ...{ gate, changed: [settings.changed(1), settings.changed(2).replace('2', '{n}')] },
  };
}

function topBar({ texts, event, operator, csrfToken }: OperatorContext, overview: Overview | undefined): Html {
  return html`<header class="bar">
<a class="brand" href="/system">Fairline</a>
<span class="event">${texts.event} <b>${event}</b></span>
<span class="fine updated">${texts.live.updated} <time data-updated>${overview ? formatTime(overview.at) : '–'}</time></span>
<nav>${['instances', 'settings', 'changes'].map(
    (section) => html`<a href="#${section}">${texts[section as 'instances' | 'settings' | 'changes'].heading}</a>`,
  )}</nav>
<form method="post" action="/system/logout"><span class="who"><b>${operator.name}</b> ${texts.roles[operator.role]}</span>
<input type="hidden" name="csrf" value="${csrfToken}"><button>${texts.logout}</button></form>
</header>`;
}

function counts({ texts, language }: OperatorContext, { counts: now, gate, settings }: Overview): Html {
  const words = texts.counts;
  const number = (value: number | null) => formatNumber(value, language);
  const inForce = (name: string) => Number(settings.fields[name]?.inForce ?? 0);
  const [places, stock, pace] = [inForce('maxBooking'), inForce('ticketStock'), inForce('newBookingsPerMinute')];
  const gateLook = gate.isStale ? 'stale' : gate.isOpen ? 'open' : 'shut';
  const tile = (name: string, label: string, value: string, note: HtmlValue = '') => html`<div class="tile">
<dt>${label}</dt><dd><b data-count="${name}">${value}</b> <small data-note="${name}">${note}</small></dd></div>`;
  return html`<section aria-labelledby="counts-heading"><h2 class="unseen" id="counts-heading">${words.heading}</h2>
<dl class="counts">
${tile('activeVisitors', words.activeVisitors, number(now.activeVisitors))}
${tile('waiting', words.waiting, number(now.waiting), now.aside > 0 && fillNumber(words.aside, number(now.aside)))}
${tile('booked', words.booked, number(now.booked), fillNumber(words.places, number(places)))}
${tile('confirmed', words.confirmed, number(now.confirmed), stock > 0 && fillNumber(words.stock, number(stock)))}
${tile('admissionsPerMinute', words.admissionsPerMinute, number(now.admissionsPerMinute), pace > 0 ? fillNumber(words.limit, number(pace)) : words.noLimit)}
<div class="tile gate" data-gate="${gateLook}"><dt>${texts.gate.heading}</dt>
<dd><b data-count="gate">${texts.gate[gateLook]}</b> <small data-note="gate">${gate.isOpen ? '' : gate.reason}</small></dd></div>
</dl></section>`;
}
