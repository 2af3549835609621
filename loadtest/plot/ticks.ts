/** Round numbers from 0 to at least `max`, about `count` steps apart by 1, 2 or 5 times a power of ten. */
export function pickTicks(max: number, count: number): number[] {
  if (!(max > 0) || !Number.isFinite(max)) return [0, 1];
  const rough = max / count;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = magnitude * ([1, 2, 5, 10].find((factor) => factor * magnitude >= rough) ?? 10);
  const ticks: number[] = [];
  // By index: adding up would pile up the errors of decimals.
  for (let index = 0; (index - 1) * step < max; index += 1) ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
}
