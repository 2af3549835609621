import { en, type Words } from './en.ts';
import { ja } from './ja.ts';
import { ko } from './ko.ts';

export type { Words } from './en.ts';

/** The languages the pages come with; the first is the one for everyone else. */
export const builtInWords: readonly Words[] = [en, ko, ja];

/** The words for an `Accept-Language` header: its most wished language among `languages`, else the first of them. */
export function pickWords(acceptLanguage: string | undefined, languages: readonly Words[] = builtInWords): Words {
  let best: Words = languages[0] ?? en;
  let bestQuality = 0;
  for (const entry of (acceptLanguage ?? '').slice(0, 500).split(',')) {
    const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
    const weight = parameters.find((parameter) => parameter.trim().startsWith('q='));
    const quality = weight ? Number(weight.trim().slice(2)) : 1;
    const words = languages.find((candidate) => candidate.language === tag.split('-')[0]?.trim());
    if (words && quality > bestQuality) {
      best = words;
      bestQuality = quality;
    }
  }
  return best;
}

/** `{name}` in a text replaced by its value. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
