import { type Html, html } from '@fairline/shared/html.ts';
import type { LiveSnapshot } from '../../contract/overview.ts';
import { hidden, question } from '../parts/question.ts';
import type { ViewContext } from '../view-context.ts';

const choices = [
  { wish: 'open', name: 'resume' },
  { wish: 'paused', name: 'pause' },
  { wish: 'closed', name: 'close' },
] as const;

/** Pause, resume and close; what is so already is not offered. The page's script shows and hides them as things change. */
export function saleActions(context: ViewContext, { admissions }: Pick<LiveSnapshot, 'admissions'>): Html {
  const words = context.texts.admissions;
  return html`<div class="row">${choices.map(
    ({ wish, name }) =>
      html`<span data-wish="${wish}" ${wish === admissions && html`hidden`}>${question(context, {
        id: `ask-${name}`,
        label: `${words[name]}…`,
        title: words[`${name}Ask`],
        effect: words[`${name}Effect`],
        action: '/system/admissions',
        fields: hidden({ admissions: wish }),
        submit: words[name],
        isDanger: name === 'close',
        ...(name === 'close' ? {} : { key: 'p' }),
      })}</span>`,
  )}</div>`;
}
