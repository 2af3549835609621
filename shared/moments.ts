/** Further from 1970 than this, either way, no calendar of JavaScript goes. */
const farthestMs = 8.64e15;

/** Whether `ms` is a moment that can be told; numbers from Redis may be anything. */
export function isMoment(ms: number): boolean {
  return Math.abs(ms) <= farthestMs;
}

/** A moment as ISO 8601; undefined for what is none. */
export function toIsoTime(ms: number): string | undefined {
  return isMoment(ms) ? new Date(ms).toISOString() : undefined;
}
