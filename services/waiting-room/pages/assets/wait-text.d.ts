import type { WaitEstimate } from '../../status/estimate.ts';
import type { Words } from '../words/en.ts';

export function formatWait(seconds: WaitEstimate, words: Words['wait']): string;

export function formatClock(seconds: WaitEstimate, nowMs: number, locale: string, timeZone?: string): string;

export function formatCountdown(ms: number): string;
