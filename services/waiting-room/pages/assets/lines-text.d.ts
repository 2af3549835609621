import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import type { Words } from '../words/pick-words.ts';

export function describeLines(lines: VisitorStatus['lines'], words: Words['lines']): string;
export function formatCount(number: number | null, locale: string): string;
export function formatOwnNumber(
  number: number | null,
  how: { words: Words['lines']; vipBase: number; locale: string },
): string;
