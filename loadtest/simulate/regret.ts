import { type Cell, type CellResult, type ComparedPolicy, comparedPolicies } from './cells.ts';

/** One situation with what every rule made of it. */
export type CellRow = { cell: Cell; results: Readonly<Record<ComparedPolicy, CellResult>> };

export type WorstRegret = { policy: ComparedPolicy; regret: number; cell: Cell | undefined };

/** How many times the best rule's p99 this rule's is, in the same situation: 1 is the best. */
export function regretOf({ results }: CellRow, policy: ComparedPolicy): number {
  const best = Math.min(...comparedPolicies.map((name) => results[name].p99Ms));
  return results[policy].p99Ms / best;
}

/** The worst of each rule over all situations, the smallest first: a default is judged by its worst day. */
export function rankByWorstRegret(rows: readonly CellRow[]): WorstRegret[] {
  return comparedPolicies
    .map((policy) => {
      let worst: WorstRegret = { policy, regret: 1, cell: undefined };
      for (const row of rows) {
        const regret = regretOf(row, policy);
        if (!(regret <= worst.regret)) worst = { policy, regret, cell: row.cell };
      }
      return worst;
    })
    .sort((a, b) => a.regret - b.regret);
}
