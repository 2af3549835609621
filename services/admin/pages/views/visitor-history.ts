import { type Html, html } from '@fairline/shared/html.ts';
import type { VisitorAnswer } from '../../contract/visitor.ts';
import { fill } from '../assets/format.js';
import { moment } from '../parts/moment.ts';
import type { ViewContext } from '../view-context.ts';

type Step = { atMs: number; type: string; number: number | null };

/** What happened to this visitor, newest first: the steps of the turn, and the changes of the last minutes. */
export function visitorHistory(context: ViewContext, visitor: VisitorAnswer): Html {
  const { texts, format } = context;
  const words = texts.visitor;
  const steps = listSteps(visitor);
  return html`<section class="card" aria-labelledby="history"><h2 id="history">${words.history}</h2>
${
  steps.length === 0
    ? html`<p class="empty">${words.noHistory}</p>`
    : html`<ol class="timeline" data-history>${steps.map(
        ({ atMs, type, number }) =>
          html`<li>${moment(context, atMs)}<span>${words.steps[type] ?? type}${
            number !== null &&
            number > 0 &&
            html` <span class="fine">${fill(words.number, { n: format.number(number) })}</span>`
          }</span></li>`,
      )}</ol>`
}</section>`;
}

/** The changes say it best; older steps are known from the journey alone. */
export function listSteps({ journey, changes }: Pick<VisitorAnswer, 'journey' | 'changes'>): Step[] {
  const steps: Step[] = changes.map(({ atMs, type, number }) => ({ atMs, type, number }));
  const add = (type: string, atMs: number | null | undefined) => {
    // Both tell the same step by the same clock, give or take its rounding.
    if (typeof atMs !== 'number' || steps.some((step) => step.type === type && Math.abs(step.atMs - atMs) < 1_000))
      return;
    steps.push({ atMs, type, number: journey?.number ?? null });
  };
  add('joined', journey?.joinedAtMs);
  add('admitted', journey?.admittedAtMs);
  add('claimed', journey?.claimedAtMs);
  if (journey?.outcome) add(journey.outcome, journey.endedAtMs);
  return steps.sort((a, b) => b.atMs - a.atMs);
}
