import type { SettingsEffect } from '../../contract/settings.ts';
import type { Format } from './format.js';

export type EffectWords = Readonly<Record<SettingsEffect['code'] | 'atOnce' | 'atPace', string>>;

export function describeEffect(effect: SettingsEffect, pace: number, words: EffectWords, format: Format): string;
