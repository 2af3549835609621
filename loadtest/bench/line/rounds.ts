export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Measures all subjects in turn, round after round, so that whatever else the machine does meets all of them; medians. */
export async function interleave<T extends string>(
  rounds: number,
  subjects: Readonly<Record<T, (round: number) => Promise<number>>>,
): Promise<Record<T, number>> {
  const names = Object.keys(subjects) as T[];
  const seen = new Map<T, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) seen.get(name)?.push(await subjects[name](round));
  }
  return Object.fromEntries(names.map((name) => [name, median(seen.get(name) ?? [])])) as Record<T, number>;
}
