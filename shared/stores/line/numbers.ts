/**
 * One number says which line it is of: the n-th VIP of a sale has `vipNumberBase + n`, which the public line never reaches.
 * The scripts have the same in `scripts/lib/lines.lua`.
 */
export const vipNumberBase = 9_000_000_000;

export type LineName = 'public' | 'vip';

/** Which line a number is of, and the number in that line's own count: 1, 2, 3 … */
export function readLineNumber(number: number): { line: LineName; own: number } {
  return isVipNumber(number) ? { line: 'vip', own: number - vipNumberBase } : { line: 'public', own: number };
}

export function isVipNumber(number: number): boolean {
  return number > vipNumberBase;
}

/** The highest of each line, in its own count; 0 where there is none. */
export function findHighest(visitors: readonly { number: number }[]): Record<LineName, number> {
  const highest = { public: 0, vip: 0 };
  for (const { number } of visitors) {
    if (isVipNumber(number)) highest.vip = Math.max(highest.vip, number - vipNumberBase);
    else highest.public = Math.max(highest.public, number);
  }
  return highest;
}
