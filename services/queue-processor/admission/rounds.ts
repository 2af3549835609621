export type Round = { kind: 'done'; isMore: boolean } | { kind: 'notLeader' };

/**
 * Repeats a bounded script while it says that work is left, at most `maxRounds` times, and returns what each round did.
 * The last one tells how it ended: done, stopped with `isMore`, or refused with `notLeader`.
 */
export async function runRounds<T extends Round>(step: () => Promise<T>, maxRounds: number): Promise<[T, ...T[]]> {
  const first = await step();
  const rounds: [T, ...T[]] = [first];
  let last = first;
  while (rounds.length < maxRounds && last.kind === 'done' && last.isMore) {
    last = await step();
    rounds.push(last);
  }
  return rounds;
}
