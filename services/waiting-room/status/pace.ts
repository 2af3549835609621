/** One span of the line: numbers that passed its head, people who left from its middle, people waiting at its end. */
export type LineSpan = { passed: number; left: number; waiting: number };

/** Equal spans of time, oldest first; only spans in which the line could move. */
export type LineRecord = { spans: readonly LineSpan[]; spanSec: number };

/** The variance of the numbers that pass in `sec` seconds is `once + perSec × sec`. */
export type Unevenness = { once: number; perSec: number };

/** How fast the line moves, and how sure that is. */
export type Pace = {
  /** Numbers that pass the head in a second. */
  perSec: number;
  /** Seconds of the record that speak of the pace of now: all since it last changed. */
  knownSec: number;
  uneven: Unevenness;
  /** How far the last minute lies from the rest, beyond what chance explains, as a share of the pace. */
  drift: number;
  /** Share of those waiting who leave in a second. */
  leavePerSec: number;
};

/** Less than this says nothing yet. */
const leastSec = 20;
const leastPassed = 2;
/** A change this many standard deviations wide is no chance, the widest of about a hundred places being looked at. */
const changeThreshold = 4;
const shortSec = 15;
const longSec = 60;
const leastRuns = 2;
const trustInLong = 0.85;
/** No line is more even than this share of chance. */
const leastUneven = 0.1;
const lastMinuteSec = 60;
/** Silence in which more than this many variances of admissions are missing is no chance. */
const silenceThreshold = 7;

/**
 * The pace of the line from its record; null while it cannot be known: too short a record, or a line that stopped. What was
 * before the last clear change of pace is left out.
 */
export function decidePace({ spans, spanSec }: LineRecord): Pace | null {
  const counts = capOneOff(spans.map((span) => span.passed));
  const from = findLastChange(counts, spanSec);
  const known = counts.slice(from);
  const knownSec = known.length * spanSec;
  const passed = sum(known);
  if (knownSec < leastSec || passed < leastPassed) return null;

  const perSec = passed / knownSec;
  const uneven = unevenness([known], spanSec);
  if (stoodStillLately(known, spanSec, uneven)) return null;

  const lastMinute = known.slice(-Math.round(lastMinuteSec / spanSec));
  const lastSec = lastMinute.length * spanSec;
  const difference = (sum(lastMinute) / lastSec - perSec) / perSec;
  const chance = varianceOver(uneven, lastSec) / (perSec * lastSec) ** 2;
  return {
    perSec,
    knownSec,
    uneven,
    drift: Math.sqrt(Math.max(0, difference ** 2 - chance)),
    leavePerSec: leaveRate(spans, spanSec),
  };
}

/** A single span that holds more than twice what any other holds (places added, a stall caught up) is no pace: it is cut. */
function capOneOff(counts: readonly number[]): number[] {
  const [first = 0, second = 0] = counts.toSorted((one, other) => other - one);
  return second > 0 && first > 2 * second ? counts.map((count) => Math.min(count, second)) : [...counts];
}

/**
 * Index of the first span after the last change of pace; 0 when there was none. The place where both sides differ most is
 * split there when that is no chance, then the newer side is looked at in the same way.
 */
function findLastChange(counts: readonly number[], spanSec: number): number {
  const least = Math.ceil(leastSec / spanSec);
  let from = 0;
  for (;;) {
    const best = mostDifferentSplit(counts.slice(from), least, spanSec);
    if (best === 0) return from;
    from += best;
  }
}

function mostDifferentSplit(counts: readonly number[], least: number, spanSec: number): number {
  const total = sum(counts);
  let before = sum(counts.slice(0, least));
  let best = 0;
  let bestScore = 0;
  for (let at = least; at <= counts.length - least; at++) {
    const after = total - before;
    const older = before / at;
    const newer = after / (counts.length - at);
    const mean = total / counts.length;
    const score = (older - newer) ** 2 / (mean * (1 / at + 1 / (counts.length - at)));
    if (score > bestScore) {
      bestScore = score;
      best = at;
    }
    before += counts[at] ?? 0;
  }
  if (best === 0) return 0;
  const sides = [counts.slice(0, best), counts.slice(best)];
  const newerSec = Math.min(...sides.map((side) => side.length)) * spanSec;
  const uneven = varianceOver(unevenness(sides, spanSec), newerSec) / ((total / counts.length / spanSec) * newerSec);
  return bestScore > changeThreshold ** 2 * uneven ? best : 0;
}

/** Variance of the numbers that pass in this time. */
export function varianceOver({ once, perSec }: Unevenness, sec: number): number {
  return once + perSec * sec;
}

/** The line stands still for longer than its pace and unevenness explain, or did and has just gone on. */
function stoodStillLately(counts: readonly number[], spanSec: number, uneven: Unevenness): boolean {
  for (let agoSec = 0; agoSec < leastSec; agoSec += spanSec) {
    if (standsStill(counts.slice(0, counts.length - agoSec / spanSec), spanSec, uneven)) return true;
  }
  return false;
}

function standsStill(counts: readonly number[], spanSec: number, uneven: Unevenness): boolean {
  const before = counts.findLastIndex((count) => count > 0) + 1;
  if (before === 0) return true;
  const silentSec = (counts.length - before) * spanSec;
  const missing = (sum(counts) / (before * spanSec)) * silentSec;
  return silentSec > 0 && missing ** 2 > silenceThreshold * varianceOver(uneven, silentSec);
}

function leaveRate(spans: readonly LineSpan[], spanSec: number): number {
  const waited = spans.reduce((total, span) => total + span.waiting, 0) * spanSec;
  return waited > 0 ? spans.reduce((total, span) => total + span.left, 0) / waited : 0;
}

/**
 * How the variance of what passes grows with time: `once + perSec × time`. What piles up and is made good for soon after shows
 * in `once`, real surprises add up. Taken from the variance of short and of long runs, each around the mean of its side.
 */
function unevenness(sides: readonly (readonly number[])[], spanSec: number): Unevenness {
  const meanPerSec = mean(sides.flat()) / spanSec;
  const short = varianceOfRuns(sides, Math.round(shortSec / spanSec));
  const long = varianceOfRuns(sides, Math.round(longSec / spanSec));
  const least = leastUneven * meanPerSec;
  if (short === null) return { once: 0, perSec: Math.max(least, meanPerSec) };
  const inShort = short / shortSec;
  if (long === null) return { once: 0, perSec: Math.max(least, inShort) };
  const grown = (long - short) / (longSec - shortSec);
  // Few long runs say little: the truth lies somewhere between what they say and the short runs as they are.
  const perSec = Math.max(least, trustInLong * grown + (1 - trustInLong) * Math.min(inShort, long / longSec));
  return { once: Math.max(0, short - perSec * shortSec), perSec };
}

/** Variance of the sums of all runs of `size` spans, overlapping; null when there are too few to tell. */
function varianceOfRuns(sides: readonly (readonly number[])[], size: number): number | null {
  let squares = 0;
  let runs = 0;
  let independent = 0;
  for (const side of sides) {
    const sums = runSums(side, size);
    if (sums.length < 2) continue;
    const middle = mean(side) * size;
    for (const runSum of sums) squares += (runSum - middle) ** 2;
    runs += sums.length;
    independent += side.length / size - 1;
  }
  // Runs lie around the mean that they make up themselves: the usual correction, by how many do not overlap.
  return independent >= leastRuns ? ((squares / runs) * (independent + 1)) / independent : null;
}

function runSums(counts: readonly number[], size: number): number[] {
  const sums: number[] = [];
  let running = 0;
  for (const [index, count] of counts.entries()) {
    running += count - (index >= size ? (counts[index - size] ?? 0) : 0);
    if (index >= size - 1) sums.push(running);
  }
  return sums;
}

function mean(counts: readonly number[]): number {
  return sum(counts) / counts.length;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
