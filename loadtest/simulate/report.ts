import { type Chart, renderChart } from '../plot/chart.ts';
import { renderTable } from '../report/table.ts';
import { type Cell, type CellResult, type ComparedPolicy, comparedPolicies } from './cells.ts';
import { explainAbove, reasons } from './reasons.ts';
import { type CellRow, rankByWorstRegret, regretOf } from './regret.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';

const plotYMax = 3;

/** Regrets above the limit for which nobody has written down why. */
export function findUnexplained(rows: readonly CellRow[]): { policy: ComparedPolicy; scenario: ScenarioName }[] {
  return scenarios.flatMap(({ name: scenario }) =>
    comparedPolicies
      .filter((policy) => worstOf(rows, policy, scenario) > explainAbove && !reasons[policy][scenario])
      .map((policy) => ({ policy, scenario })),
  );
}

/** Which rule has the smallest worst regret, by scenario and in all, with the reasons for what is above the limit. */
export function renderRegrets(rows: readonly CellRow[]): string {
  const ranked = rankByWorstRegret(rows);
  const summary = renderTable(
    ['rule', 'worst regret', 'where', ...scenarios.map(({ name }) => name)],
    ranked.map(({ policy, regret, cell }) => [
      `\`${policy}\``,
      regret.toFixed(2),
      cell ? describeCell(cell) : '–',
      ...scenarios.map(({ name }) => worstOf(rows, policy, name).toFixed(2)),
    ]),
  );
  const explained = comparedPolicies.flatMap((policy) =>
    scenarios
      .filter(({ name }) => worstOf(rows, policy, name) > explainAbove)
      .map(
        ({ name }) =>
          `- \`${policy}\`, ${name} (up to ${worstOf(rows, policy, name).toFixed(2)}): ${reasons[policy][name]}`,
      ),
  );
  return [summary, `Why a regret is above ${explainAbove}:`, explained.join('\n')].join('\n\n');
}

/** Everything that was simulated, one folded table a scenario. */
export function renderCells(rows: readonly CellRow[]): string {
  return scenarios
    .map(({ name, description }) => {
      const table = renderTable(
        ['gateways, instances, load', ...comparedPolicies],
        rows
          .filter(({ cell }) => cell.scenario === name)
          .map((row) => [
            `${row.cell.gateways}, ${row.cell.instances}, ${row.cell.load}`,
            ...comparedPolicies.map((policy) => describeResult(row.results[policy], regretOf(row, policy))),
          ]),
      );
      return `<details><summary>${name}: ${description}</summary>\n\n${table}\n\n</details>`;
    })
    .join('\n\n');
}

/** All regrets of each rule, from the best situation to the worst. */
export function renderRegretPlot(rows: readonly CellRow[]): string {
  const chart: Chart = {
    title: 'How far each rule is from the best one, over all situations',
    kind: 'line',
    xLabel: 'situations, each rule from its best to its worst',
    yLabel: `regret: p99 by the best p99 of the situation (cut at ${plotYMax})`,
    yMax: plotYMax,
    series: comparedPolicies.map((policy) => ({
      name: policy,
      points: rows
        .map((row) => regretOf(row, policy))
        .sort((a, b) => a - b)
        .map((regret, index) => [index + 1, regret] as const),
    })),
  };
  return renderChart(chart);
}

function worstOf(rows: readonly CellRow[], policy: ComparedPolicy, scenario: ScenarioName): number {
  return Math.max(...rows.filter(({ cell }) => cell.scenario === scenario).map((row) => regretOf(row, policy)));
}

function describeCell({ scenario, gateways, instances, load }: Cell): string {
  return `${scenario}, ${gateways} gateway${gateways > 1 ? 's' : ''}, ${instances} instances, load ${load}`;
}

function describeResult(result: CellResult, regret: number): string {
  const { p50Ms, p99Ms, p999Ms, errorRatio, imbalance } = result;
  const ms = [p50Ms, p99Ms, p999Ms].map((value) => value.toFixed(0)).join(' / ');
  const errors = errorRatio > 0 ? `, ${(errorRatio * 100).toFixed(1)} % errors` : '';
  return `${ms} ms, regret ${regret.toFixed(2)}${errors}, imbalance ${imbalance.toFixed(2)}`;
}
