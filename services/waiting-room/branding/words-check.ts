import { en } from '../pages/words/en.ts';
import type { Words } from '../pages/words/pick-words.ts';

const mostCharacters = 400;
const placeholdersOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1])).sort();

/**
 * A language as a template folder gives it, over what we have (`known`). A language that is not built in must say
 * everything; texts that English leaves empty may stay away.
 */
export function checkWords({
  given,
  language,
  known,
}: {
  given: Readonly<Record<string, unknown>>;
  language: string;
  known: Words | undefined;
}): { words: Words; problems: string[] } {
  const problems: string[] = [];

  function check(value: unknown, english: unknown, fallback: unknown, path: string): unknown {
    if (path === 'language') return language;
    if (value === undefined) {
      if (fallback === undefined && english !== '') problems.push(`"${path}" is missing`);
      return fallback ?? english;
    }
    if (path === 'direction') {
      if (value !== 'ltr' && value !== 'rtl')
        problems.push(`"direction" must be ltr | rtl, not ${JSON.stringify(value)}`);
      return value;
    }
    if (typeof english === 'string') return checkText(value, english, path);
    if (Array.isArray(english)) {
      if (Array.isArray(value) && value.length === english.length) {
        return value.map((each, index) => checkText(each, String(english[index]), `${path}.${index}`));
      }
      problems.push(`"${path}" must be a list of ${english.length} texts`);
      return english;
    }
    return checkGroup(value, english as Readonly<Record<string, unknown>>, fallback, path);
  }

  function checkGroup(value: unknown, english: Readonly<Record<string, unknown>>, fallback: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      problems.push(`"${path}" must be an object of texts`);
      return english;
    }
    const group = value as Record<string, unknown>;
    const below = (name: string) => (path === '' ? name : `${path}.${name}`);
    for (const name of Object.keys(group)) {
      if (!Object.hasOwn(english, name)) problems.push(`"${below(name)}" is no text of the pages`);
    }
    return Object.fromEntries(
      Object.entries(english).map(([name, text]) => {
        const plain = fallback === undefined ? undefined : Reflect.get(fallback as object, name);
        return [name, check(group[name], text, plain, below(name))];
      }),
    );
  }

  function checkText(value: unknown, english: string, path: string): string {
    if (typeof value !== 'string' || value.length > mostCharacters) {
      problems.push(`"${path}" must be a text of at most ${mostCharacters} characters`);
      return english;
    }
    const [wished, found] = [placeholdersOf(english), placeholdersOf(value)];
    for (const name of found.filter((each) => !wished.includes(each))) {
      problems.push(`"${path}" has {${name}}, which is not filled there`);
    }
    // A range may say its upper end alone.
    for (const name of wished.filter((each) => !found.includes(each) && each !== 'low')) {
      problems.push(`"${path}" must have {${name}}`);
    }
    return value;
  }

  return { words: checkGroup(given, en, known, '') as Words, problems };
}
