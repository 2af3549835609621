import { type Html, type HtmlValue, html } from '@fairline/shared/html.ts';
import { fill } from './assets/format.js';
import { describeGate, describeSale } from './assets/sale-look.js';
import { document } from './document.ts';
import { viewIcon } from './parts/icons.ts';
import { type ViewContext, type ViewName, viewNames, viewPath } from './view-context.ts';

/** Second key after `g`, by view. */
const goKeys: Readonly<Record<ViewName, string>> = {
  overview: 'o',
  instances: 'i',
  settings: 's',
  visitor: 'v',
  blocks: 'b',
  audit: 'a',
  sale: 'e',
};

export type View = {
  view: ViewName;
  /** The module that keeps it alive. */
  module: string;
  /** Texts that the module needs beyond those of every view. */
  words?: object;
  /** Parts of a snapshot, by their paths: with every change of one the module asks the server for this view again. */
  follows?: string;
  body: HtmlValue;
};

/** The frame of every view: where to go, whether the sale is on, and what came of the last form. */
export function shell(context: ViewContext, { view, module, words, follows, body }: View): Html {
  const { texts, language, snapshot, problem, notice, canChange } = context;
  const allWords = { units: texts.units, live: texts.live, sale: texts.sale, gate: texts.gate, ...words };
  return document(context, {
    title: snapshot ? `${texts.sale[describeSale(snapshot).key].word} · ${texts.views[view]}` : texts.views[view],
    bodyClass: 'console',
    modules: context.assets.modulesOf(module),
    body: html`<div class="frame">
${rail(context, view)}
<div class="stage">
${strip(context)}
<main id="content" tabindex="-1" data-view="${view}" data-language="${language}" data-words="${JSON.stringify(allWords)}"
 ${follows && html`data-follows="${follows}"`}>
<p class="banner" role="alert" data-banner ${snapshot?.isLive && html`hidden`}>${snapshot ? texts.live.redisAway : texts.live.nothingYet}</p>
<p class="problem box toast" role="alert" data-failed ${!problem && html`hidden`}>${problem}</p>
<p class="notice box toast" role="status" data-done>${notice}</p>
${!canChange && html`<p class="fine toast" id="viewer-only">${texts.viewerOnly}</p>`}
<div data-body>${body}</div>
</main></div></div>
${helpQuestion(context)}`,
  });
}

function rail({ texts, event, operator, csrfToken }: ViewContext, current: ViewName): Html {
  return html`<header class="rail">
<a class="brand" href="/system">Fairline</a>
<p class="event">${texts.event} <b>${event}</b></p>
<nav aria-label="${texts.viewsLabel}">${viewNames.map(
    (
      view,
    ) => html`<a href="${viewPath(view)}" data-go="${goKeys[view]}" ${view === current && html`aria-current="page"`}>${viewIcon(view)}
<span>${texts.views[view]}</span><kbd aria-hidden="true">g ${goKeys[view]}</kbd></a>`,
  )}</nav>
<div class="rail-foot"><p><b>${operator.name}</b> ${texts.roles[operator.role]}</p>
<button class="help" type="button" popovertarget="help" aria-label="${texts.help.open}">?</button>
<form method="post" action="/system/logout"><input type="hidden" name="csrf" value="${csrfToken}"><button>${texts.logout}</button></form></div>
</header>`;
}

function strip({ texts, format, snapshot }: ViewContext): Html {
  const sale = snapshot && describeSale(snapshot);
  const gate = snapshot && describeGate(snapshot.gate);
  return html`<div class="strip">
${
  sale &&
  gate &&
  html`<a class="state" href="/system" data-strip="sale" data-look="${sale.look}">${texts.sale[sale.key].word}</a>
<span class="state" data-strip="gate" data-look="${gate.look}">${texts.gate.heading}: ${texts.gate[gate.key]}</span>`
}
<span class="live" data-live="still"><span data-live-word>${texts.live.still}</span>
<span class="number"><span class="unseen">${texts.live.asOf}</span> <span data-as-of>${snapshot ? format.clock(snapshot.atMs) : ''}</span></span></span>
</div>`;
}

function helpQuestion({ texts }: ViewContext): Html {
  const { help } = texts;
  const rows: [HtmlValue, string][] = [
    ...viewNames.map((view): [HtmlValue, string] => [
      html`<kbd>g</kbd> <kbd>${goKeys[view]}</kbd>`,
      fill(help.go, { view: texts.views[view] }),
    ]),
    [html`<kbd>/</kbd>`, help.search],
    [html`<kbd>p</kbd>`, help.pause],
    [html`<kbd>m</kbd>`, help.message],
    [html`<kbd>j</kbd> <kbd>k</kbd> <kbd>↓</kbd> <kbd>↑</kbd>`, help.rows],
    [html`<kbd>Enter</kbd>`, help.row],
    [html`<kbd>Esc</kbd>`, help.escape],
    [html`<kbd>?</kbd>`, help.help],
  ];
  return html`<div popover id="help" role="dialog" aria-labelledby="help-title"><h2 id="help-title">${help.heading}</h2>
<dl class="keys">${rows.map(([keys, text]) => html`<dt>${keys}</dt><dd>${text}</dd>`)}</dl>
<label class="tick"><input type="checkbox" data-single-keys checked> ${help.single}</label>
<div class="row"><button type="button" popovertarget="help" popovertargetaction="hide" autofocus>${help.close}</button></div></div>`;
}
