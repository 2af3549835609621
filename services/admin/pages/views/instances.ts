import { type Html, html } from '@fairline/shared/html.ts';
import type { InstanceLine } from '../../contract/instances.ts';
import type { LiveSnapshot } from '../../contract/overview.ts';
import { silentInstance } from '../../instances/silent-instance.ts';
import { describeInstance } from '../assets/instance-look.js';
import { bar } from '../parts/bar.ts';
import { hidden, quickForm } from '../parts/question.ts';
import { shell } from '../shell.ts';
import type { ViewContext } from '../view-context.ts';
import { scalingCards } from './scaling-cards.ts';

/** Every process there is, how it does, and how many there shall be. */
export function instancesView(context: ViewContext): Html {
  const { texts, snapshot } = context;
  return shell(context, {
    view: 'instances',
    module: 'instances.js',
    words: { instances: texts.instances, scaling: texts.scaling },
    body: snapshot && [scalingCards(context, snapshot), instanceTable(context, snapshot)],
  });
}

function instanceTable(context: ViewContext, { instances, rejected }: LiveSnapshot): Html {
  const { texts, format } = context;
  const words = texts.instances;
  const column = (name: 'inFlight' | 'latency' | 'rate' | 'errors' | 'age') =>
    html`<th scope="col" class="number">${words[name]}</th>`;
  return html`<section class="card" aria-labelledby="map"><div class="heading"><h2 id="map">${words.heading}</h2>
<p class="fine number" data-count>${format.number(instances.length)}</p></div>
<table class="map" data-rows><thead><tr><th scope="col">${words.id}</th><th scope="col">${words.state}</th><th scope="col">${words.load}</th>
<th scope="col">${words.trail}</th>${column('inFlight')}${column('latency')}${column('rate')}${column('errors')}${column('age')}
<th scope="col"><span class="unseen">${words.wish}</span></th></tr></thead>
<tbody data-instances>${instances.map((view) => instanceRow(context, view))}</tbody></table>
<p class="empty" data-none ${instances.length > 0 && html`hidden`}>${words.none}</p>
<template id="instance-row">${instanceRow(context, { ...silentInstance(''), isEnabled: true })}</template>
${
  rejected.length > 0 &&
  html`<details class="rejected"><summary>${words.rejected}: ${rejected.length}</summary><ul>
${rejected.map(({ id, problem }) => html`<li><code>${id}</code> ${problem}</li>`)}</ul></details>`
}</section>`;
}

function instanceRow(context: ViewContext, view: InstanceLine): Html {
  const { texts, format, canChange } = context;
  const words = texts.instances;
  const cells = describeInstance(view, words, format);
  const number = (name: 'inFlight' | 'latency' | 'rate' | 'errors' | 'age') =>
    html`<td class="number" data-label="${words[name]}" data-slot="${name}">${cells[name]}</td>`;
  return html`<tr data-id="${view.id}">
<th scope="row"><b class="name" data-slot="id">${view.id}</b><small data-slot="place">${cells.place}</small></th>
<td><span class="state" data-slot="state" data-look="${cells.look}">${cells.state}</span></td>
<td class="load" data-label="${words.load}"><span class="number" data-slot="load">${cells.load}</span>${bar(cells.loadRatio, { look: cells.loadLook, slot: 'bar' })}</td>
<td class="trail" data-label="${words.trail}"><svg class="spark" viewBox="0 0 120 30" preserveAspectRatio="none" aria-hidden="true">
<line x1="0" x2="120" y1="29" y2="29"/><polyline data-slot="spark" points=""/></svg></td>
${number('inFlight')}${number('latency')}${number('rate')}${number('errors')}${number('age')}
<td class="wish"><div data-slot="wishes" ${!view.canDrain && html`hidden`}>${quickForm(
    context,
    '/system/instances',
    html`${hidden({ id: view.id })}<button class="small" name="wish" value="${cells.wish}" data-slot="wish"
 ${!canChange && html`disabled title="${texts.viewerOnly}"`} aria-label="${`${cells.wishText} ${view.id}`}">${cells.wishText}</button>`,
  )}</div></td></tr>`;
}
