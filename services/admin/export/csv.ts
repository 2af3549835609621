import { toIsoTime } from '@fairline/shared/moments.ts';

/**
 * One cell of a CSV file (RFC 4180). Text that a spreadsheet would take for a formula gets an apostrophe in front, so that
 * nobody's name or path runs on the operator's machine; numbers stay numbers.
 */
export function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line, with its end. */
export function csvLine(cells: readonly (string | number | null | undefined)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** A moment as ISO 8601, empty when it is not known. */
export function csvTime(ms: number | null): string {
  return ms === null ? '' : (toIsoTime(ms) ?? '');
}

/** Whole seconds between two moments, as far as both are known. */
export function csvSeconds(fromMs: number | null, toMs: number | null): number | null {
  return fromMs === null || toMs === null ? null : Math.max(0, Math.round((toMs - fromMs) / 1_000));
}
