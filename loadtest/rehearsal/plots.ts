import { type Point, renderChart } from '../plot/chart.ts';
import type { CrowdResult } from './crowd.ts';
import { groups } from './requests.ts';
import { bucketToldWaits } from './told-waits.ts';

/** `name`: of its file, without the ending. */
export type Plot = { name: string; title: string; svg: string };

const xLabel = 'seconds since the first arrival';
const waitBuckets = 24;

/** What happened over time; plots without anything to show are left out. */
export function renderPlots(result: CrowdResult): Plot[] {
  const plots = [plotArrivals(result), plotCrowd(result), plotLatency(result), plotErrors(result), plotWaits(result)];
  return plots.filter((plot) => plot !== undefined);
}

function plotArrivals({ seconds }: CrowdResult): Plot {
  const title = 'Arrivals and admissions';
  const svg = renderChart({
    ...{ title, kind: 'line', xLabel, yLabel: 'visitors per second' },
    series: [
      { name: 'arrived', points: seconds.map(({ second, arrived }): Point => [second, arrived]) },
      { name: 'let in', points: seconds.map(({ second, admitted }): Point => [second, admitted]) },
    ],
  });
  return { name: 'arrivals', title, svg };
}

function plotCrowd({ seconds }: CrowdResult): Plot {
  const title = 'Waiting and booked';
  const svg = renderChart({
    ...{ title, kind: 'line', xLabel, yLabel: 'visitors, as they know themselves' },
    series: [
      { name: 'waiting', points: seconds.map(({ second, waiting }): Point => [second, waiting]) },
      { name: 'booked', points: seconds.map(({ second, booked }): Point => [second, booked]) },
    ],
  });
  return { name: 'crowd', title, svg };
}

function plotLatency({ latencySeconds }: CrowdResult): Plot {
  const title = 'Latency as people see it';
  const series = groups.flatMap((group) => {
    // A second without a request of its kind leaves a gap.
    const at = (read: (second: { p50Ms: number; p99Ms: number }) => number): Point[] =>
      latencySeconds[group].map((each) => [each.second, each.answered + each.failed > 0 ? read(each) : Number.NaN]);
    if (group === 'order') return [];
    return [
      { name: `${group} p99`, points: at(({ p99Ms }) => p99Ms) },
      { name: `${group} p50`, points: at(({ p50Ms }) => p50Ms) },
    ];
  });
  return {
    name: 'latency',
    title,
    svg: renderChart({ title, kind: 'line', xLabel, yLabel: 'ms from when it was due', series }),
  };
}

function plotErrors({ errorSeconds }: CrowdResult): Plot | undefined {
  const codes = [...new Set(errorSeconds.flatMap((second) => Object.keys(second)))].sort();
  if (codes.length === 0) return undefined;
  const title = 'Errors by code';
  const series = codes.map((name) => ({
    name,
    points: errorSeconds.map((second, index): Point => [index, second[name] ?? 0]),
  }));
  return { name: 'errors', title, svg: renderChart({ title, kind: 'stacked', xLabel, yLabel: 'per second', series }) };
}

function plotWaits({ toldWaits, durationMs }: CrowdResult): Plot | undefined {
  const bucketSec = Math.max(1, Math.ceil(durationMs / 1000 / waitBuckets));
  const buckets = bucketToldWaits(toldWaits, bucketSec);
  if (buckets.length < 2) return undefined;
  const title = 'The wait as told and as it came true';
  const svg = renderChart({
    ...{ title, kind: 'line', xLabel: 'seconds since the first arrival, when it was told', yLabel: 'seconds, medians' },
    series: [
      { name: 'told at least', points: buckets.map(({ atSec, low }): Point => [atSec, low]) },
      { name: 'told at most', points: buckets.map(({ atSec, high }): Point => [atSec, high]) },
      { name: 'true', points: buckets.map(({ atSec, waitSec }): Point => [atSec, waitSec]) },
    ],
  });
  return { name: 'waits', title, svg };
}
