export type SettingsState = {
  /** Raised by one at every adopted change. */
  version: number;
  fields: Readonly<Record<string, { written: string; inForce: string; isBad: boolean }>>;
};

/** `POST /system/api/settings/preview` with the body of `PUT /system/api/settings`: what saving would do; writes nothing. */
export type SettingsPreviewAnswer = {
  problems: readonly { field: string; value: string; range: string; problem: string }[];
  changes: readonly { field: string; before: string; after: string }[];
  effects: readonly SettingsEffect[];
};

/** What a change means for people, by its code; the page says it in words. */
export type SettingsEffect =
  /** So many more visitors can be let in at once. */
  | { code: 'admitsNow'; visitors: number }
  /** Places held beyond the new limit: nobody is sent away, nobody is admitted until so many have ended. */
  | { code: 'overLimit'; visitors: number }
  | { code: 'nobodyAdmitted'; waiting: number }
  | { code: 'joinsRefused' }
  | { code: 'admissionsResume'; waiting: number }
  | { code: 'soldOut'; waiting: number }
  | { code: 'stockGoesOn'; orders: number }
  /** Expected wait of whoever joins now, at the new pace alone. */
  | { code: 'pace'; waitSec: number; waiting: number }
  | { code: 'lineFull'; waiting: number }
  | { code: 'limitsKept' | 'limitsWatched' | 'limitsOff' }
  | { code: 'messageShown'; waiting: number }
  | { code: 'messageRemoved'; waiting: number };
