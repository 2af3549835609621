import { en, type Texts } from './en.ts';
import { ko } from './ko.ts';

export type { Texts } from './en.ts';

export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

export const textsByLanguage: Readonly<Record<Language, Texts>> = { en, ko };
