import { describeRange, findSettingProblem, type Settings } from '@fairline/shared/contracts/settings.ts';
import type { SettingsStore } from '@fairline/shared/stores/settings/store.ts';
import type { SettingsPreviewAnswer } from '../contract/settings.ts';
import type { Audit } from '../operators/audit.ts';
import type { Overview } from '../overview/overview.ts';
import { decideSettingsChange, fieldsByName, type SettingProblem } from './settings-change.ts';
import { decideEffects } from './settings-effects.ts';
import { type SettingsView, viewSettings } from './settings-view.ts';

export type SaveOutcome = { kind: 'saved' } | { kind: 'unchanged' } | { kind: 'refused'; problems: SettingProblem[] };

type Wish = { wished: Readonly<Record<string, string>>; shown?: Readonly<Record<string, string>> };

export type SettingsDesk = {
  /** Writes what is wished, all of it or nothing, and writes it down. */
  save(input: Wish & { who: string }): Promise<SaveOutcome>;
  /** What saving would do, by the last reading of the line. */
  preview(wish: Wish, overview: Overview): Promise<SettingsPreviewAnswer>;
  readView(): Promise<SettingsView>;
};

export function createSettingsDesk({
  settings,
  noteChange,
}: {
  settings: Pick<SettingsStore, 'save' | 'readRaw' | 'readGood'>;
  noteChange: Audit;
}): SettingsDesk {
  return {
    async save({ who, ...wish }) {
      const change = decideSettingsChange({ ...wish, current: await settings.readRaw() });
      if (change.kind === 'none') return { kind: 'unchanged' };
      if (change.kind === 'refused') return change;
      const outcome = await settings.save(change.after);
      if (outcome.kind === 'refused')
        return { kind: 'refused', problems: outcome.problems.map((problem) => ({ ...problem, kind: 'refused' })) };
      await noteChange({ who, what: 'settings', subject: '', before: change.before, after: change.after });
      return { kind: 'saved' };
    },

    async preview(wish, overview) {
      const [current, good] = await Promise.all([settings.readRaw(), settings.readGood()]);
      const change = decideSettingsChange({ ...wish, current });
      if (change.kind === 'none') return { problems: [], changes: [], effects: [] };
      if (change.kind === 'refused')
        return { problems: change.problems.map(describeProblem), changes: [], effects: [] };
      const { before, after } = change;
      const changes = Object.keys(after).map((field) => ({
        field,
        before: before[field] ?? '',
        after: after[field] ?? '',
      }));
      return { problems: [], changes, effects: decideEffects(good, applied(good, after), overview.counts) };
    },

    async readView() {
      return viewSettings(await settings.readRaw(), await settings.readGood());
    },
  };
}

/** A refused value in the words of the contract. */
export function describeProblem({ field: name, value }: SettingProblem): SettingsPreviewAnswer['problems'][number] {
  const field = fieldsByName.get(name);
  return {
    field: name,
    value,
    range: field ? describeRange(field) : '',
    problem: field ? (findSettingProblem(field, value) ?? 'was changed meanwhile') : 'is not a setting',
  };
}

function applied(good: Settings, after: Readonly<Record<string, string>>): Settings {
  const number = (name: keyof Settings) => Number(after[name] ?? good[name]);
  return {
    ...good,
    maxBooking: number('maxBooking'),
    newBookingsPerMinute: number('newBookingsPerMinute'),
    ticketStock: number('ticketStock'),
    maxQueue: number('maxQueue'),
    admissions: (after.admissions ?? good.admissions) as Settings['admissions'],
    message: after.message ?? good.message,
  };
}
