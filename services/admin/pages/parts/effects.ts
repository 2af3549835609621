import { type Html, html } from '@fairline/shared/html.ts';
import type { SettingsPreviewAnswer } from '../../contract/settings.ts';
import { fieldsByName } from '../../settings/settings-change.ts';
import { describeEffect } from '../assets/effects.js';
import type { ViewContext } from '../view-context.ts';
import { describeValue } from './setting-texts.ts';

/** What saving would change, and what that means for people. */
export function effectList({ texts, format, snapshot }: ViewContext, preview: SettingsPreviewAnswer | undefined): Html {
  const pace = Number(
    preview?.changes.find(({ field }) => field === 'newBookingsPerMinute')?.after ??
      snapshot?.settings.fields.newBookingsPerMinute?.inForce ??
      0,
  );
  const inWords = (name: string, value: string) => {
    const field = fieldsByName.get(name);
    return field ? describeValue(field, value, texts, format) : value;
  };
  return html`<ul class="effects" data-effects aria-live="polite">${preview?.changes.map(
    ({ field, before, after }) =>
      html`<li class="change">${texts.fields[field]?.label ?? field}: ${inWords(field, before)} → <b>${inWords(field, after)}</b></li>`,
  )}${preview?.effects.map((effect) => html`<li>${describeEffect(effect, pace, texts.effects, format)}</li>`)}
${preview && preview.changes.length > 0 && preview.effects.length === 0 && html`<li>${texts.effects.none}</li>`}</ul>`;
}
