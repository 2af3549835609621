import type { SettingField } from '@fairline/shared/contracts/settings.ts';
import { type Html, html } from '@fairline/shared/html.ts';
import type { SettingsState } from '../../contract/settings.ts';
import { fieldsByName } from '../../settings/settings-change.ts';
import {
  describeBadValue,
  describeChoice,
  describeFieldRange,
  describeProblem,
  describeUnit,
  describeValue,
} from '../parts/setting-texts.ts';
import type { ViewContext } from '../view-context.ts';
import type { SettingsAttempt } from './settings.ts';

/** One setting: its control, what may be chosen, what is in force, and what is wrong with what was typed or written. */
export function settingRow(
  { texts, format }: ViewContext,
  name: string,
  settings: SettingsState,
  attempt: SettingsAttempt | undefined,
): Html | undefined {
  const field = fieldsByName.get(name);
  const view = settings.fields[name];
  if (!field || !view) return undefined;
  const { label, help } = texts.fields[name] ?? { label: name, help: field.description };
  const value = attempt?.typed[name] ?? view.written;
  const refused = attempt?.problems.find((candidate) => candidate.field === name);
  const problem = refused
    ? describeProblem(refused, texts, format, describeValue(field, view.written, texts, format))
    : view.isBad
      ? describeBadValue(field, view.written, texts, format)
      : undefined;
  const range = describeFieldRange(field, texts, format);
  const labelId = html`id="${name}-label"`;
  const labelText =
    field.kind === 'choice'
      ? html`<span ${labelId}>${label}</span>`
      : html`<label ${labelId} for="${name}">${label}</label>`;
  const described = html`aria-describedby="${name}-help${problem === undefined ? '' : ` ${name}-problem`}"`;
  const state = html`${described} ${problem !== undefined && html`aria-invalid="true"`}`;
  return html`<div class="field ${field.kind}" id="field-${name}" data-field="${name}">
<div class="label">${labelText} <code>${name}</code></div>
<input type="hidden" name="was.${name}" value="${view.written}">
<div class="control">${control(field, { name, value, state, texts })}</div>
${problem !== undefined && html`<p class="problem" id="${name}-problem">${problem}</p>`}
<p class="hint" id="${name}-help">${help} <span class="in-force">${range !== '' && html`<span>${range}</span>`}
<span>${texts.settings.inForce}: <b data-in-force="${name}">${describeValue(field, view.inForce, texts, format)}</b></span></span></p>
</div>`;
}

function control(
  field: SettingField,
  { name, value, state, texts }: { name: string; value: string; state: Html; texts: ViewContext['texts'] },
): Html {
  if (field.kind === 'choice')
    return html`<div class="choices" role="radiogroup" aria-labelledby="${name}-label" ${state}>
${field.choices.map(
  (choice) => html`<label><input type="radio" name="${name}" value="${choice}" ${choice === value && html`checked`}>
<span>${describeChoice(choice, texts)}</span></label>`,
)}</div>`;
  // The first line break after <textarea> is not part of its text.
  if (field.kind === 'text')
    return html`<textarea id="${name}" name="${name}" rows="3" ${state}>
${value}</textarea>`;
  if (field.kind === 'checked')
    return html`<textarea id="${name}" name="${name}" rows="6" spellcheck="false" autocapitalize="off" wrap="off" ${state}>
${value}</textarea>`;
  return html`<input id="${name}" name="${name}" value="${value}" inputmode="numeric" ${state}>
<span class="unit">${describeUnit(field, texts)}</span>`;
}
