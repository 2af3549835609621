import { pickLanguage } from '@fairline/shared/wanted-language.ts';
import { en, type Words } from './en.ts';
import { ja } from './ja.ts';
import { ko } from './ko.ts';

export type { Words } from './en.ts';

/** The languages the pages come with; the first is the one for everyone else. */
export const builtInWords: readonly Words[] = [en, ko, ja];

/** The words for an `Accept-Language` header: its most wished language among `languages`, else the first of them. */
export function pickWords(acceptLanguage: string | undefined, languages: readonly Words[] = builtInWords): Words {
  const [first = en, ...others] = languages;
  const language = pickLanguage(acceptLanguage, [first.language, ...others.map((words) => words.language)]);
  return languages.find((words) => words.language === language) ?? first;
}

/** `{name}` in a text replaced by its value. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
