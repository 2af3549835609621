import { findSettingProblem, type SettingField, settingFields } from '@fairline/shared/contracts/settings.ts';

export type SettingProblem = { field: string; value: string; kind: 'refused' | 'conflict' | 'unknown' };

/** What an operator's form or script wishes: only fields that it changes, or why none of it may be written. */
export type SettingsChange =
  | { kind: 'none' }
  | { kind: 'change'; before: Record<string, string>; after: Record<string, string> }
  | { kind: 'refused'; problems: SettingProblem[] };

/** Fields in the order of the contract, looked up by name. */
export const fieldsByName: ReadonlyMap<string, SettingField> = new Map(
  settingFields.map((field): [string, SettingField] => [field.name, field]),
);

/** As browsers send text: CR LF for a new line, and people paste spaces around numbers. */
export function cleanSettingValue(field: SettingField, value: string): string {
  if (field.kind === 'text') return value.replaceAll('\r\n', '\n').trim();
  // Problems in it are told by line and column, so its beginning stays where it is.
  if (field.kind === 'checked') return value.replaceAll('\r\n', '\n').trimEnd();
  return value.trim();
}

/**
 * Decides what to write. `wished` is what was typed; `shown`, where given, is what the form showed before the operator
 * typed: fields that still say the same are left alone, so that two operators with open forms do not undo each other,
 * and a field that someone else changed meanwhile is refused as a conflict. Nothing is written when one field is bad.
 */
export function decideSettingsChange({
  wished,
  shown,
  current,
}: {
  wished: Readonly<Record<string, string>>;
  shown?: Readonly<Record<string, string>>;
  current: Readonly<Record<string, string>>;
}): SettingsChange {
  const problems: SettingProblem[] = [];
  const before: Record<string, string> = {};
  const after: Record<string, string> = {};
  for (const [name, typed] of Object.entries(wished)) {
    const field = fieldsByName.get(name);
    if (!field) {
      problems.push({ field: name, value: typed, kind: 'unknown' });
      continue;
    }
    const value = cleanSettingValue(field, typed);
    const shownValue = shown?.[name];
    if (shownValue !== undefined && value === cleanSettingValue(field, shownValue)) continue;
    const currentValue = current[name] ?? String(field.default);
    if (findSettingProblem(field, value) !== undefined) problems.push({ field: name, value, kind: 'refused' });
    else if (value === currentValue) continue;
    else if (
      shownValue !== undefined &&
      cleanSettingValue(field, shownValue) !== cleanSettingValue(field, currentValue)
    )
      problems.push({ field: name, value, kind: 'conflict' });
    else {
      before[name] = currentValue;
      after[name] = value;
    }
  }
  if (problems.length > 0) return { kind: 'refused', problems };
  return Object.keys(after).length === 0 ? { kind: 'none' } : { kind: 'change', before, after };
}
