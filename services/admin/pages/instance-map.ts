import { type Html, html } from '@fairline/shared/html.ts';
import type { InstanceView, Overview } from '../overview/overview.ts';
import { formatAge, formatMs, formatNumber, formatRatio } from './numbers.ts';
import type { OperatorContext } from './page-context.ts';

/** Every known instance, one row each, and an empty row that the page's script fills for newcomers. */
export function instanceMap(context: OperatorContext, overview: Overview, problem?: string): Html {
  const { texts, canChange } = context;
  const words = texts.instances;
  return html`<section id="instances" aria-labelledby="instances-heading">
<div class="heading"><h2 id="instances-heading">${words.heading}</h2>
<p class="fine" data-instance-count>${formatNumber(overview.instances.length, context.language)}</p></div>
${problem !== undefined && html`<p class="problem" role="alert">${problem}</p>`}
<table class="map">
<thead><tr><th scope="col">${words.id}</th><th scope="col">${words.state}</th><th scope="col">${words.load}</th>
<th scope="col" class="number">${words.inFlight}</th><th scope="col" class="number">${words.latency}</th>
<th scope="col" class="number">${words.rate}</th><th scope="col" class="number">${words.errors}</th>
<th scope="col" class="number">${words.age}</th>${canChange && html`<th scope="col">${words.wish}</th>`}</tr></thead>
<tbody data-instances>${overview.instances.map((view) => instanceRow(context, view))}</tbody>
</table>
<p class="empty" data-no-instances ${overview.instances.length > 0 && html`hidden`}>${words.none}</p>
<template id="instance-row">${instanceRow(context, emptyInstance)}</template>
${
  overview.rejected.length > 0 &&
  html`<details class="rejected"><summary>${words.rejected}: ${overview.rejected.length}</summary><ul>
${overview.rejected.map(({ id, problem: reason }) => html`<li><code>${id}</code> ${reason}</li>`)}</ul></details>`
}
</section>`;
}

const emptyInstance: InstanceView = {
  id: '',
  room: null,
  url: '',
  state: 'gone',
  isEnabled: true,
  canDrain: true,
  loadRatio: null,
  inFlight: null,
  capacity: null,
  streams: null,
  requestsPerSec: null,
  latencyP95Ms: null,
  errorRatio: null,
  ageMs: null,
  isSuspect: false,
  version: '',
};

/** The word and the look of an instance's state: the operators' wish comes before what it says of itself. */
export function describeState(view: InstanceView, words: OperatorContext['texts']['instances']): [string, string] {
  if (view.state === 'gone') return [words.states.gone, 'gone'];
  if (view.isSuspect) return [words.suspect, 'suspect'];
  if (!view.isEnabled) return [words.drained, 'drained'];
  return [words.states[view.state], view.state];
}

function describePlace({ room, url }: InstanceView): string {
  return [room, url.replace(/^http:\/\//, '')].filter(Boolean).join(' · ');
}

function instanceRow(context: OperatorContext, view: InstanceView): Html {
  const { texts, language, canChange, csrfToken } = context;
  const words = texts.instances;
  const [stateText, stateLook] = describeState(view, words);
  const inFlight =
    view.inFlight === null
      ? formatNumber(null, language)
      : `${formatNumber(view.inFlight, language)} / ${formatNumber(view.capacity, language)}`;
  return html`<tr data-id="${view.id}">
<th scope="row"><b class="instance-name" data-slot="id">${view.id}</b><small data-slot="place">${describePlace(view)}</small></th>
<td><span class="state" data-slot="state" data-look="${stateLook}">${stateText}</span></td>
<td class="load" data-label="${words.load}"><meter min="0" max="1" low="0.7" high="0.9" optimum="0" data-slot="load"
  value="${Math.min(1, view.loadRatio ?? 0)}"></meter><small data-slot="loadText">${formatRatio(view.loadRatio)}</small></td>
<td class="number" data-label="${words.inFlight}" data-slot="inFlight">${inFlight}</td>
<td class="number" data-label="${words.latency}" data-slot="latency">${formatMs(view.latencyP95Ms, language)}</td>
<td class="number" data-label="${words.rate}" data-slot="rate">${formatNumber(view.requestsPerSec, language)}/s</td>
<td class="number" data-label="${words.errors}" data-slot="errors">${formatRatio(view.errorRatio)}</td>
<td class="number" data-label="${words.age}" data-slot="age">${formatAge(view.ageMs)}</td>
${
  canChange &&
  html`<td class="wish"><form method="post" action="/system/instances" data-slot="form" ${!view.canDrain && html`hidden`}>
<input type="hidden" name="csrf" value="${csrfToken}"><input type="hidden" name="id" value="${view.id}" data-slot="idField">
<button name="wish" value="${view.isEnabled ? 'drain' : 'enable'}" data-slot="wish"
  aria-label="${`${view.isEnabled ? words.drain : words.enable} ${view.id}`}">${view.isEnabled ? words.drain : words.enable}</button></form></td>`
}
</tr>`;
}
