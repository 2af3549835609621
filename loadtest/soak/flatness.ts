export type Point = readonly [x: number, y: number];

/** How much a value may grow over the whole of what was measured: the larger of the two. */
export type Tolerance = { ratio: number; absolute: number };

export type Flatness = {
  isFlat: boolean;
  /** Middle value of all points. */
  level: number;
  /** What the trend adds from the first point to the last; below 0 when it falls. */
  growth: number;
  limit: number;
};

/**
 * The middle one of the slopes between all pairs of points (Theil 1950, Sen 1968): up to 29 % of wild points, such as a
 * collection of garbage that has not come yet, do not move it. 0 for fewer than two points.
 */
export function trendSlope(points: readonly Point[]): number {
  const slopes = points.flatMap(([x, y], index) =>
    points.slice(index + 1).flatMap(([laterX, laterY]) => (laterX === x ? [] : [(laterY - y) / (laterX - x)])),
  );
  return slopes.length === 0 ? 0 : middleOf(slopes);
}

/**
 * Whether a value stays where it is: its trend, drawn out over all points, adds no more than the tolerance allows. What
 * falls is flat: this is about what grows without end. Fewer than three points say nothing and are not flat.
 */
export function judgeFlatness(points: readonly Point[], { ratio, absolute }: Tolerance): Flatness {
  const known = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const level = known.length === 0 ? Number.NaN : middleOf(known.map(([, y]) => y));
  const limit = Math.max(absolute, ratio * level);
  const growth = trendSlope(known) * ((known.at(-1)?.[0] ?? 0) - (known[0]?.[0] ?? 0));
  return { isFlat: known.length >= 3 && growth <= limit, level, growth, limit };
}

/** One point for each stretch of `width` in x: the middle of the stretch, and what `pick` makes of its values. */
export function summarise(
  points: readonly Point[],
  width: number,
  pick: (values: readonly number[]) => number,
): Point[] {
  const stretches = Map.groupBy(points, ([x]) => Math.floor(x / width));
  return [...stretches]
    .toSorted(([a], [b]) => a - b)
    .map(([index, inside]) => [(index + 0.5) * width, pick(inside.map(([, y]) => y))] as const);
}

export function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}
