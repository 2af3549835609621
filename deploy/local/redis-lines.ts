export type RedisLine = { isWarning: boolean; text: string };

/** `4711:M 22 Nov 2026 09:00:00.123 # Some warning` without its process id and date; other lines as they are. */
export function parseRedisLine(line: string): RedisLine {
  const match = /^\d+:[A-Z] \d+ \w+ \d{4} [\d:.]+ ([.\-*#]) (.*)$/.exec(line);
  return match ? { isWarning: match[1] === '#', text: match[2] ?? '' } : { isWarning: false, text: line };
}
