import { visitorTiers } from '@fairline/shared/contracts/routing-rules.ts';
import { type Html, html } from '@fairline/shared/html.ts';
import type { VisitorAction, VisitorAnswer } from '../../contract/visitor.ts';
import { hidden, question, reasonField } from '../parts/question.ts';
import type { ViewContext } from '../view-context.ts';

const dangers: readonly VisitorAction[] = ['revoke', 'block', 'release'];
const all: readonly VisitorAction[] = ['admit', 'release', 'revoke', 'setTier', 'block', 'unblock'];

/** What may be done for this visitor; what makes no sense now is there as well, and says so. */
export function visitorActions(context: ViewContext, visitor: VisitorAnswer): Html {
  const { texts, canChange } = context;
  const words = texts.visitor;
  const shown = all.filter((action) => action !== (visitor.block ? 'block' : 'unblock'));
  return html`<section class="card" aria-labelledby="actions"><h2 id="actions">${words.actions}</h2>
<div class="row">${shown.map((action) =>
    question(context, {
      id: `ask-${action}`,
      label: words.do[action],
      title: words.asks[action],
      effect: words.effects[action],
      action: '/system/visitor',
      fields: html`${hidden({ id: visitor.id, action })}${extraFields(context, action, visitor)}${reasonField(context, action, action === 'block')}`,
      submit: words.do[action].replace('…', ''),
      isDanger: dangers.includes(action),
      isDisabled: canChange && !visitor.actions.includes(action),
      disabledReason: words.noAction,
    }),
  )}</div></section>`;
}

function extraFields(context: ViewContext, action: VisitorAction, visitor: VisitorAnswer): Html | undefined {
  if (action === 'block') return durationField(context, 'visitor');
  if (action !== 'setTier') return undefined;
  const words = context.texts.visitor;
  return html`<div class="choices" role="radiogroup" aria-label="${words.facts.tier}">${visitorTiers.map(
    (tier) => html`<label><input type="radio" name="tier" value="${tier}" ${tier === visitor.tier && html`checked`}>
<span>${words.tiers[tier] ?? tier}</span></label>`,
  )}</div>`;
}

/** For how long somebody is blocked. */
export function durationField({ texts }: ViewContext, id: string): Html {
  const words = texts.visitor;
  return html`<label for="${id}-minutes">${words.minutes}</label><select id="${id}-minutes" name="minutes">${Object.entries(
    words.durations,
  ).map(
    ([minutes, label]) => html`<option value="${minutes}" ${minutes === '60' && html`selected`}>${label}</option>`,
  )}</select>`;
}
