import { type Html, type HtmlValue, html } from '@fairline/shared/html.ts';
import type { ViewContext } from '../view-context.ts';

export type Question = {
  /** Unique on the page. */
  id: string;
  /** Of the button that asks. */
  label: string;
  title: string;
  effect: HtmlValue;
  /** Where the form goes. */
  action: string;
  fields?: HtmlValue;
  /** Of the button that does it. */
  submit: string;
  isDanger?: boolean;
  isDisabled?: boolean;
  /** Why it is disabled, where being a viewer is not the reason. */
  disabledReason?: string;
  isSmall?: boolean;
  /** A key that opens it. */
  key?: string;
};

/**
 * A button that asks before anything is done. Popovers need no script; a browser without them shows the form beside the
 * button.
 */
export function question(context: ViewContext, asked: Question): Html {
  const { texts, canChange } = context;
  const { id, isDanger = false, isSmall = false } = asked;
  const reason = canChange ? asked.disabledReason : texts.viewerOnly;
  const isDisabled = !canChange || asked.isDisabled;
  const look = [isDanger && 'danger', isSmall && 'small'].filter(Boolean).join(' ');
  return html`<button type="button" popovertarget="${id}" ${look !== '' && html`class="${look}"`}
 ${asked.key && html`data-key="${asked.key}"`} ${isDisabled && html`disabled`} ${isDisabled && reason && html`title="${reason}"`} ${!canChange && html`aria-describedby="viewer-only"`}>${asked.label}</button>
${
  canChange &&
  html`<div popover id="${id}" role="dialog" aria-labelledby="${id}-title"><h2 id="${id}-title">${asked.title}</h2>
<p>${asked.effect}</p>
${quickForm(
  context,
  asked.action,
  html`${asked.fields}
<div class="row"><button class="${isDanger ? 'primary danger' : 'primary'}" ${!isDanger && html`autofocus`}>${asked.submit}</button>
<button type="button" popovertarget="${id}" popovertargetaction="hide" ${isDanger && html`autofocus`}>${texts.ask.cancel}</button></div>`,
)}</div>`
}`;
}

/** A form that works as it is, and without leaving the page where there is a script. */
export function quickForm({ csrfToken }: Pick<ViewContext, 'csrfToken'>, action: string, body: HtmlValue): Html {
  return html`<form method="post" action="${action}" data-quick><input type="hidden" name="csrf" value="${csrfToken}">
<p class="problem" role="alert" data-problem hidden></p>${body}</form>`;
}

export function hidden(fields: Readonly<Record<string, string>>): HtmlValue {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}

/** Why somebody wants it, for those who read the audit log. */
export function reasonField({ texts }: ViewContext, id: string, isRequired = false): Html {
  return html`<label for="${id}-reason">${texts.ask.reason}</label>
<input id="${id}-reason" name="reason" maxlength="200" autocomplete="off" ${isRequired && html`required`}>`;
}
