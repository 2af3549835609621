import { findSettingProblem, type Settings, settingFields } from '@fairline/shared/contracts/settings.ts';

/** One field as the page and the API show it. */
export type SettingView = {
  /** As it stands in `booking:settings`, also when it is no good. */
  written: string;
  /** The value that the whole system goes by now. */
  inForce: string;
  /** What is written is no value for the field; the last good one stays in force. */
  isBad: boolean;
};

export type SettingsView = { version: number; fields: Readonly<Record<string, SettingView>> };

/** Puts what is written beside what is in force. A field that is not written at all counts as its value in force. */
export function viewSettings(raw: Readonly<Record<string, string>>, good: Settings): SettingsView {
  const fields: Record<string, SettingView> = {};
  for (const field of settingFields) {
    const inForce = String(good[field.name]);
    const written = raw[field.name] ?? inForce;
    fields[field.name] = { written, inForce, isBad: findSettingProblem(field, written) !== undefined };
  }
  return { version: good.version, fields };
}
