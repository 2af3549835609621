import type { HistoryRecord } from '../history/records.ts';

/** How answers are told apart in reports. */
export const codeNames = ['2xx', '3xx', '4xx', '503', 'other 5xx', 'no answer'] as const;
export type CodeName = (typeof codeNames)[number];
export type CodeCounts = Record<CodeName, number>;

/** Answers by second since the start of the history. */
export type SecondOfCodes = { second: number; counts: CodeCounts };

export function nameCode(code: number): CodeName {
  if (code === 0) return 'no answer';
  if (code < 300) return '2xx';
  if (code < 400) return '3xx';
  if (code < 500) return '4xx';
  return code === 503 ? '503' : 'other 5xx';
}

export const noCodes = (): CodeCounts => ({ '2xx': 0, '3xx': 0, '4xx': 0, '503': 0, 'other 5xx': 0, 'no answer': 0 });

/** What visitors were answered, second by second; an answer counts when it came. */
export function countCodes(history: readonly HistoryRecord[]): SecondOfCodes[] {
  const startMs = history[0]?.atMs ?? 0;
  const seconds: SecondOfCodes[] = [];
  const operators = new Set(
    history.flatMap((record) => (record.kind === 'asked' && record.visitor === '' ? [record.call] : [])),
  );
  for (const record of history) {
    if (record.kind !== 'answered' || operators.has(record.call)) continue;
    const second = Math.max(0, Math.floor((record.atMs - startMs) / 1000));
    while (seconds.length <= second) seconds.push({ second: seconds.length, counts: noCodes() });
    const counts = seconds[second]?.counts;
    if (counts) counts[nameCode(record.code)] += 1;
  }
  return seconds;
}

export function sumCodes(seconds: readonly SecondOfCodes[]): CodeCounts {
  const sum = noCodes();
  for (const { counts } of seconds) for (const name of codeNames) sum[name] += counts[name];
  return sum;
}
