import {
  type CheckedField,
  describeRange,
  findSettingProblem,
  parseSettings,
  type SettingField,
  type Settings,
  settingFields,
} from '../../contracts/settings.ts';
import type { RedisClient } from '../../redis/client.ts';
import { bindScript, loadScript } from '../../redis/scripts.ts';
import type { EventKeys } from '../keys.ts';

export type SettingProblem = { field: string; value: string; problem: string };

const adoptScript = loadScript(
  new URL('./scripts/', import.meta.url),
  'adopt-settings',
  new URL('../line/scripts/', import.meta.url),
);
const fields: readonly SettingField[] = settingFields;
const checkedFields = fields.filter((field): field is CheckedField => field.kind === 'checked');

export type SettingsStore = ReturnType<typeof createSettingsStore>;

/** `booking:settings` (what operators write) and `booking:settings:good` (what is in force). */
export function createSettingsStore({ redis, keys }: { redis: RedisClient; keys: EventKeys }) {
  const run = bindScript(redis, adoptScript, keys);

  async function adopt(
    overrides: Record<string, string>,
  ): Promise<{ version: number; isChanged: boolean; problems: SettingProblem[] }> {
    const checked = { ...(await readChecked()), ...overrides };
    const fieldArguments = fields.flatMap((field) => describeForScript(field, checked[field.name]));
    const reply = await run([fields.length, ...fieldArguments, ...Object.entries(overrides).flat()]);
    const [version, isChanged, ...refused] = reply as (string | number)[];
    const problems: SettingProblem[] = [];
    for (let index = 0; index < refused.length; index += 2) {
      const name = String(refused[index]);
      const value = String(refused[index + 1]);
      // Good, but written after it was read here: the next call takes it over.
      const isOnlyLate = checkedFields.some((field) => field.name === name && !field.findProblem(value));
      if (!isOnlyLate) problems.push(describeProblem(name, value));
    }
    return { version: Number(version), isChanged: isChanged === 1, problems };
  }

  /** Texts that the script cannot check, as they are written, where they are good. */
  async function readChecked(): Promise<Record<string, string>> {
    const texts = await Promise.all(
      checkedFields.map(({ name }) => redis.hget(keys.settings, name).catch(noteWrongType)),
    );
    return Object.fromEntries(
      checkedFields.flatMap(({ name, default: fallback, findProblem }, index) => {
        const text = texts[index] ?? fallback;
        return findProblem(text) === undefined ? [[name, text]] : [];
      }),
    );
  }

  return {
    /** Puts valid fields of `booking:settings` in force, writes defaults that are missing, names the refused ones. */
    async adopt(): Promise<{ version: number; isChanged: boolean; problems: SettingProblem[] }> {
      return adopt({});
    },

    /** Writes all values and puts them in force, or refuses all and writes nothing. */
    async save(
      values: Readonly<Record<string, string>>,
    ): Promise<{ kind: 'saved'; version: number } | { kind: 'refused'; problems: SettingProblem[] }> {
      const problems = findProblems(values);
      if (problems.length > 0) return { kind: 'refused', problems };
      const { version } = await adopt(values);
      return { kind: 'saved', version };
    },

    /** What is in force; defaults before the first adoption. */
    async readGood(): Promise<Settings> {
      return parseSettings(await redis.hgetall(keys.settingsGood));
    },

    /** What operators wrote, unchecked. */
    async readRaw(): Promise<Record<string, string>> {
      return redis.hgetall(keys.settings);
    },
  };
}

/** Every field of `values` that is unknown or out of range. */
export function findProblems(values: Readonly<Record<string, string>>): SettingProblem[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const field = fields.find((candidate) => candidate.name === name);
    if (!field) return [{ field: name, value, problem: 'is not a setting' }];
    const problem = findSettingProblem(field, value);
    return problem ? [{ field: name, value, problem }] : [];
  });
}

function describeProblem(name: string, value: string): SettingProblem {
  const field = fields.find((candidate) => candidate.name === name);
  const problem = field ? (findSettingProblem(field, value) ?? `must be ${describeRange(field)}`) : 'is not a setting';
  return { field: name, value, problem };
}

/** The script names the key that holds another type, in better words. */
function noteWrongType(error: Error): null {
  if (!error.message.startsWith('WRONGTYPE')) throw error;
  return null;
}

function describeForScript(field: SettingField, checked: string | undefined): (string | number)[] {
  const start = [field.name, field.kind, field.default];
  if (field.kind === 'integer') return [...start, field.min, field.max, ''];
  if (field.kind === 'choice') return [...start, 0, 0, `|${field.choices.join('|')}|`];
  if (field.kind === 'checked') return [...start, 0, 0, checked === undefined ? '' : `=${checked}`];
  return [...start, 0, field.maxCharacters, ''];
}
