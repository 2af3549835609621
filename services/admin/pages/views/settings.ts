import { settingFields } from '@fairline/shared/contracts/settings.ts';
import { type Html, html } from '@fairline/shared/html.ts';
import type { SettingsPreviewAnswer, SettingsState } from '../../contract/settings.ts';
import { fieldsByName, type SettingProblem } from '../../settings/settings-change.ts';
import { effectList } from '../parts/effects.ts';
import { shell } from '../shell.ts';
import type { ViewContext } from '../view-context.ts';
import { settingRow } from './setting-row.ts';

type Group = 'admission' | 'room' | 'times' | 'line' | 'traffic' | 'routing';

const groups: Readonly<Record<Group, readonly string[]>> = {
  admission: ['admissions', 'newBookingsPerMinute', 'vipSharePercent', 'message'],
  room: ['maxBooking', 'ticketStock'],
  times: ['claimSeconds', 'leaseMinutes', 'visitorTTLMinutes', 'bookingLockTTLSeconds'],
  line: ['maxQueue', 'queueingStatusCode'],
  traffic: [
    'trafficControl',
    'visitorRatePerSec',
    'visitorBurst',
    'networkRatePerSec',
    'networkBurst',
    'strangerRatePerSec',
    'strangerBurst',
    'floodRefusals',
    'joinQuota',
    'allowNetworks',
  ],
  routing: ['routingRules'],
};

/** What came of the last try; `typed` is kept in the form so that nothing must be typed twice. */
export type SettingsAttempt = {
  typed: Readonly<Record<string, string>>;
  problems: readonly SettingProblem[];
  preview?: SettingsPreviewAnswer | undefined;
};

/** Every setting with its range, its unit and the value in force; the effect of a change is seen before it is saved. */
export function settingsView(context: ViewContext, { attempt }: { attempt?: SettingsAttempt | undefined }): Html {
  const { texts, canChange, snapshot } = context;
  const { settings, effects } = texts;
  const labels = Object.fromEntries(Object.entries(texts.fields).map(([name, { label }]) => [name, label]));
  return shell(context, {
    view: 'settings',
    module: 'settings.js',
    words: {
      effects,
      labels,
      settings: { choices: settings.choices, empty: settings.empty, pending: settings.pending },
      changed: [settings.changed(1), settings.changed(2).replace('2', '{n}')],
    },
    body:
      snapshot &&
      html`<section class="settings" aria-labelledby="settings"><div class="heading title"><div><h1 id="settings">${settings.heading}</h1>
<p class="lead">${canChange ? settings.lead : settings.readOnly}</p></div>
<p class="fine">${settings.version} <span class="number" data-version>${snapshot.settings.version}</span></p></div>
${attempt && attempt.problems.length > 0 && problemSummary(context, attempt)}
${settingsForm(context, snapshot.settings, attempt)}</section>`,
  });
}

function settingsForm(context: ViewContext, state: SettingsState, attempt: SettingsAttempt | undefined): Html {
  const { texts, canChange, csrfToken } = context;
  const words = texts.settings;
  const inGroups = new Set(Object.values(groups).flat());
  const others = settingFields.filter((field) => !inGroups.has(field.name)).map((field) => field.name);
  return html`<form method="post" action="/system/settings" data-settings autocomplete="off">
<input type="hidden" name="csrf" value="${csrfToken}">
<fieldset ${!canChange && html`disabled`}><div class="groups">
${(Object.keys(groups) as Group[]).map((group) => {
  const names = group === 'line' ? [...groups.line, ...others] : groups[group];
  return html`<fieldset class="group"><legend>${words.groups[group]}</legend>
${names.map((name) => settingRow(context, name, state, attempt))}</fieldset>`;
})}</div>
${
  canChange &&
  html`<div class="actions">${effectList(context, attempt?.preview)}<div class="row"><button class="primary">${words.save}</button>
<button formaction="/system/settings/preview" data-review>${words.review}</button>
<a class="button" href="/system/settings" data-reset>${words.reset}</a><span class="fine" data-changes role="status"></span></div></div>`
}</fieldset></form>`;
}

function problemSummary({ texts }: ViewContext, { problems }: SettingsAttempt): Html {
  const links = problems.map(
    ({ field }) =>
      html` <a href="#field-${fieldsByName.has(field) ? field : ''}">${texts.fields[field]?.label ?? field}</a>`,
  );
  return html`<p class="problem box" role="alert">${texts.settings.failed}${links}</p>`;
}
