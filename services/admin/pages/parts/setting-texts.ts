import { parseRoutingRules } from '@fairline/shared/contracts/routing-rules.ts';
import { type CheckedField, findNoNetwork, type SettingField } from '@fairline/shared/contracts/settings.ts';
import type { SettingProblem } from '../../settings/settings-change.ts';
import { fieldsByName } from '../../settings/settings-change.ts';
import type { Format } from '../assets/format.js';
import type { Texts } from '../texts/texts.ts';

/** `1 to 60`, for the hint beside a field; empty where the control itself shows what may be chosen. */
export function describeFieldRange(field: SettingField, texts: Texts, format: Format): string {
  if (field.kind === 'integer') return texts.settings.range(format.number(field.min), format.number(field.max));
  if (field.kind === 'text') return texts.settings.text(field.maxCharacters);
  return field.kind === 'checked' ? describeForm(field, texts) : '';
}

export function describeUnit(field: SettingField, texts: Texts): string {
  return field.kind === 'integer' ? (texts.settings.units[field.unit] ?? field.unit) : '';
}

/** A value as people read it: numbers with separators, choices in their language. */
export function describeValue(field: SettingField, value: string, texts: Texts, format: Format): string {
  if (field.kind === 'integer' && /^\d{1,9}$/.test(value)) return format.number(Number(value));
  if (field.kind === 'choice') return describeChoice(value, texts);
  return value === '' ? texts.settings.empty : value;
}

export function describeChoice(choice: string, texts: Texts): string {
  return texts.settings.choices[choice] ?? choice;
}

/** Why a value was not taken, with the value and what is allowed. */
export function describeProblem(problem: SettingProblem, texts: Texts, format: Format, current: string): string {
  const field = fieldsByName.get(problem.field);
  if (!field) return problem.value;
  if (problem.kind === 'conflict') return texts.settings.conflict(current);
  if (field.kind === 'checked') {
    const say = field.name === 'routingRules' ? texts.settings.rulesRefused : texts.settings.networksRefused;
    return say(describeChecked(field, problem.value, texts));
  }
  return texts.settings.refused(problem.value, describeAllowed(field, texts, format));
}

/** Why a value that somebody wrote by hand is not in force. */
export function describeBadValue(field: SettingField, written: string, texts: Texts, format: Format): string {
  if (field.kind === 'checked') return texts.settings.rulesBad(describeChecked(field, written, texts));
  return texts.settings.bad(written, describeAllowed(field, texts, format));
}

function describeForm({ name, maxCharacters }: CheckedField, texts: Texts): string {
  return name === 'routingRules' ? texts.settings.rules(maxCharacters) : texts.settings.networks(maxCharacters);
}

/** What is wrong in a text that has a form of its own; rules with line and column, the text itself stands right beside it. */
function describeChecked(field: CheckedField, text: string, texts: Texts): string {
  if (field.name !== 'routingRules') {
    const entry = findNoNetwork(text);
    return entry === undefined ? describeForm(field, texts) : texts.settings.noNetwork(entry.slice(0, 60));
  }
  const parsed = parseRoutingRules(text);
  return parsed.kind === 'bad' ? texts.settings.place(parsed.line, parsed.column, parsed.reason) : '';
}

function describeAllowed(field: SettingField, texts: Texts, format: Format): string {
  if (field.kind === 'integer') return texts.settings.integer(format.number(field.min), format.number(field.max));
  if (field.kind === 'choice') return texts.settings.choice(field.choices.join(', '));
  if (field.kind === 'checked') return describeForm(field, texts);
  return texts.settings.text(field.maxCharacters);
}
