export type RatePoint = { atMs: number; ratePerSec: number };

/** `ratePerSec` from the first to the last moment. */
export function steadyRate(ratePerSec: number, durationMs: number): RatePoint[] {
  return [
    { atMs: 0, ratePerSec },
    { atMs: durationMs, ratePerSec },
  ];
}

/** How many arrivals the curve has. Rates change evenly between two points; two points at one time make a jump. */
export function countArrivals(curve: readonly RatePoint[]): number {
  let count = 0;
  for (const { from, to } of segments(curve)) count += areaOf(from, to);
  return Math.floor(count + 1e-9);
}

/** When each request is meant to be sent, in ms, whether those before it were answered or not: an open loop. */
export function* arrivals(curve: readonly RatePoint[]): Generator<number> {
  let before = 0;
  let next = 1;
  for (const { from, to } of segments(curve)) {
    const area = areaOf(from, to);
    while (next <= before + area + 1e-9) {
      yield from.atMs + Math.min(to.atMs - from.atMs, timeOfArea(from, to, next - before));
      next += 1;
    }
    before += area;
  }
}

function* segments(curve: readonly RatePoint[]): Generator<{ from: RatePoint; to: RatePoint }> {
  for (const [index, to] of curve.entries()) {
    const from = curve[index - 1];
    if (from && to.atMs > from.atMs) yield { from, to };
  }
}

function areaOf(from: RatePoint, to: RatePoint): number {
  return (((from.ratePerSec + to.ratePerSec) / 2) * (to.atMs - from.atMs)) / 1000;
}

/** Ms after `from` at which `area` requests have come. */
function timeOfArea(from: RatePoint, to: RatePoint, area: number): number {
  const growthPerSec2 = ((to.ratePerSec - from.ratePerSec) * 1000) / (to.atMs - from.atMs);
  if (Math.abs(growthPerSec2) < 1e-9) return (area / from.ratePerSec) * 1000;
  const root = Math.sqrt(Math.max(0, from.ratePerSec ** 2 + 2 * growthPerSec2 * area));
  return ((root - from.ratePerSec) / growthPerSec2) * 1000;
}
