export type SettingProblem = { field: string; value: string; problem: string };

/** Value refused last, by field. */
export type RefusedValues = ReadonlyMap<string, string>;

/**
 * What is new among the refused values of this pass, so that each value is logged once and not four times a second. A
 * field that was put right is forgotten: the same bad value typed again later is news.
 */
export function pickNewProblems(
  refused: RefusedValues,
  problems: readonly SettingProblem[],
): { news: readonly SettingProblem[]; refused: RefusedValues } {
  return {
    news: problems.filter(({ field, value }) => refused.get(field) !== value),
    refused: new Map(problems.map(({ field, value }) => [field, value])),
  };
}
