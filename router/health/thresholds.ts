export type Thresholds = {
  /** Checks in a row that must succeed before an origin that failed gets traffic again. */
  readonly rise: number;
  /** Checks in a row that must fail before it gets none. */
  readonly fall: number;
};

export type CheckedHealth = {
  /** `unknown` until the first check. */
  readonly verdict: 'unknown' | 'healthy' | 'failing';
  /** Checks in a row that spoke against the verdict. */
  readonly against: number;
};

export const uncheckedHealth: CheckedHealth = Object.freeze({ verdict: 'unknown', against: 0 });

/** What one more check makes of it. The very first decides at once: nobody waits for `rise` checks at a start. */
export function noteCheck(health: CheckedHealth, isPassed: boolean, { rise, fall }: Thresholds): CheckedHealth {
  const seen = isPassed ? 'healthy' : 'failing';
  if (health.verdict === 'unknown') return { verdict: seen, against: 0 };
  if (health.verdict === seen) return health.against === 0 ? health : { verdict: seen, against: 0 };
  const against = health.against + 1;
  return against >= (isPassed ? rise : fall) ? { verdict: seen, against: 0 } : { verdict: health.verdict, against };
}
