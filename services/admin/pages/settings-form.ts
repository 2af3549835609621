import { type SettingField, settingFields } from '@fairline/shared/contracts/settings.ts';
import { type Html, html } from '@fairline/shared/html.ts';
import { fieldsByName, type SettingProblem } from '../settings/settings-change.ts';
import type { SettingsView } from '../settings/settings-view.ts';
import type { OperatorContext } from './page-context.ts';
import {
  describeBadValue,
  describeChoice,
  describeFieldRange,
  describeProblem,
  describeUnit,
  describeValue,
} from './setting-texts.ts';

type Group = 'admission' | 'room' | 'times' | 'line' | 'routing';

const groups: Readonly<Record<Group, readonly string[]>> = {
  admission: ['admissions', 'newBookingsPerMinute', 'message'],
  room: ['maxBooking', 'ticketStock'],
  times: ['claimSeconds', 'leaseMinutes', 'visitorTTLMinutes', 'bookingLockTTLSeconds'],
  line: ['maxQueue', 'vipSharePercent', 'queueingStatusCode'],
  routing: ['routingRules'],
};

/** What came of the last try to save; `typed` is kept in the form so that nothing must be typed twice. */
export type SettingsAttempt = { typed: Readonly<Record<string, string>>; problems: readonly SettingProblem[] };

export type SettingsNotice = 'saved' | 'unchanged' | undefined;

/** Every setting with its range, its unit and the value in force. */
export function settingsForm(
  context: OperatorContext,
  { settings, attempt, notice }: { settings: SettingsView; attempt?: SettingsAttempt; notice?: SettingsNotice },
): Html {
  const { texts, canChange, csrfToken } = context;
  const inGroups = new Set(Object.values(groups).flat());
  const others = settingFields.filter((field) => !inGroups.has(field.name)).map((field) => field.name);
  const groupNames = Object.keys(groups) as Group[];
  return html`<section id="settings" aria-labelledby="settings-heading">
<div class="heading"><h2 id="settings-heading">${texts.settings.heading}</h2>
<p class="fine">${texts.settings.version} <span data-version>${settings.version}</span></p></div>
<p class="lead">${canChange ? texts.settings.lead : texts.settings.readOnly}</p>
${attempt && attemptSummary(context, attempt)}
${notice && html`<p class="notice" role="status">${texts.settings[notice]}</p>`}
<form method="post" action="/system/settings#settings" data-settings autocomplete="off">
<input type="hidden" name="csrf" value="${csrfToken}">
<fieldset class="plain" ${!canChange && html`disabled`}>
${groupNames.map((group) => {
  const names = group === 'line' ? [...groups.line, ...others] : groups[group];
  return html`<fieldset class="group"><legend>${texts.settings.groups[group]}</legend>
${names.map((name) => settingRow(context, name, settings, attempt))}</fieldset>`;
})}
${
  canChange &&
  html`<div class="actions"><button class="primary">${texts.settings.save}</button>
${
  // After a refusal a reset would only bring back what was typed.
  attempt
    ? html`<a class="button" href="/system#settings">${texts.settings.reset}</a>`
    : html`<button type="reset">${texts.settings.reset}</button>`
}<span class="fine" data-changes role="status"></span></div>`
}
</fieldset>
</form>
</section>`;
}

function attemptSummary({ texts }: OperatorContext, { problems }: SettingsAttempt): Html {
  const links = problems.map(
    ({ field }) => html` <a href="#field-${field}">${texts.fields[field]?.label ?? field}</a>`,
  );
  return html`<p class="problem" role="alert">${texts.settings.failed}${links}</p>`;
}

function settingRow(
  { texts, language }: OperatorContext,
  name: string,
  settings: SettingsView,
  attempt: SettingsAttempt | undefined,
): Html | undefined {
  const field = fieldsByName.get(name);
  const view = settings.fields[name];
  if (!field || !view) return undefined;
  const { label, help } = texts.fields[name] ?? { label: name, help: field.description };
  const value = attempt?.typed[name] ?? view.written;
  const refused = attempt?.problems.find((candidate) => candidate.field === name);
  const written = describeValue(field, view.written, texts, language);
  const problem = refused
    ? describeProblem(refused, texts, language, written)
    : view.isBad
      ? describeBadValue(field, view.written, texts, language)
      : undefined;
  const range = describeFieldRange(field, texts, language);
  const labelId = html`id="${name}-label"`;
  const labelText =
    field.kind === 'choice'
      ? html`<span ${labelId}>${label}</span>`
      : html`<label ${labelId} for="${name}">${label}</label>`;
  const described = html`aria-describedby="${name}-help${problem === undefined ? '' : ` ${name}-problem`}"`;
  return html`<div class="field ${field.kind}" id="field-${name}" data-field="${name}">
<div class="label">${labelText} <code>${name}</code></div>
<input type="hidden" name="was.${name}" value="${view.written}">
<div class="control">${control(field, { name, value, described, isBad: problem !== undefined, texts })}</div>
${problem !== undefined && html`<p class="problem" id="${name}-problem">${problem}</p>`}
<p class="hint" id="${name}-help">${help} <span class="facts">${range !== '' && html`<span>${range}</span>`}
<span>${texts.settings.inForce}: <b data-in-force="${name}">${describeValue(field, view.inForce, texts, language)}</b></span></span></p>
</div>`;
}

function control(
  field: SettingField,
  {
    name,
    value,
    described,
    isBad,
    texts,
  }: { name: string; value: string; described: Html; isBad: boolean; texts: OperatorContext['texts'] },
): Html {
  const state = html`${described} ${isBad && html`aria-invalid="true"`}`;
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
