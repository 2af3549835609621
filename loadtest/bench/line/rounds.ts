import { median } from '../../report/median.ts';

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
