import type { Language } from './texts.ts';

const unknown = '–';

const locales = { en: 'en-GB', ko: 'ko-KR' } as const;

/** Whole numbers with separators; a dash for what is not known. console.js does the same. */
export function formatNumber(value: number | null, language: Language): string {
  return value === null ? unknown : Math.round(value).toLocaleString(locales[language]);
}

export function formatRatio(value: number | null): string {
  return value === null ? unknown : `${Math.round(value * 100)} %`;
}

export function formatMs(value: number | null, language: Language): string {
  return value === null ? unknown : `${formatNumber(value, language)} ms`;
}

export function formatAge(ageMs: number | null): string {
  return ageMs === null ? unknown : `${(ageMs / 1000).toFixed(1)} s`;
}

/** `14:05:09` of a moment, in UTC: the same on every screen of the team. */
export function formatTime(iso: string): string {
  return `${iso.slice(11, 19)} UTC`;
}
