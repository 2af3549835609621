import { en, type Words } from './en.ts';
import { ko } from './ko.ts';

export type { Words } from './en.ts';

const languages: readonly Words[] = [en, ko];

/** The words for an `Accept-Language` header: its most wished language that we speak, else English. */
export function pickWords(acceptLanguage: string | undefined): Words {
  let best: Words = en;
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
