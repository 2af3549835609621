import t from 'tap';
import { renderChart } from '../chart.ts';
import { pickTicks } from '../ticks.ts';

const chart = {
  title: 'Share of <traffic>',
  xLabel: 's',
  yLabel: 'requests/s',
  series: [
    {
      name: 'a & b',
      points: [
        [0, 1],
        [1, 3],
      ],
    },
    {
      name: 'c',
      points: [
        [0, 2],
        [1, 2],
      ],
    },
  ],
} as const;

t.test('ticks: round numbers that reach the highest value', async (t) => {
  t.same(pickTicks(0.9, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  t.same(pickTicks(100, 5), [0, 20, 40, 60, 80, 100]);
  t.same(pickTicks(0, 5), [0, 1], 'nothing to show');
});

t.test('chart: names are shown as they are, never as markup', async (t) => {
  const svg = renderChart({ ...chart, kind: 'line' });
  t.match(svg, /Share of &lt;traffic&gt;/);
  t.match(svg, />a &amp; b</);
  t.match(svg, /prefers-color-scheme: dark/);
});

t.test('chart: a line has a gap where a value is missing', async (t) => {
  const points = [
    [0, 1],
    [1, Number.NaN],
    [2, 1],
    [3, 2],
  ] as const;
  const svg = renderChart({ ...chart, kind: 'line', series: [{ name: 'a', points }] });
  t.equal(/class="s0 line" d="([^"]*)"/.exec(svg)?.[1]?.match(/M/g)?.length, 2);
  t.notMatch(svg, /NaN/);
});

t.test('chart: stacked series stand on those before them', async (t) => {
  const svg = renderChart({ ...chart, kind: 'stacked' });
  t.match(svg, />5<\/text>/, 'the axis reaches the sum');
  const [first, second] = [...svg.matchAll(/class="s\d stacked" d="([^"]*)"/g)].map((match) => match[1] ?? '');
  const topOfFirst = first?.split('L')[0]?.slice(1);
  t.ok(topOfFirst && second?.includes(topOfFirst), 'the lower edge of the second is the upper edge of the first');
});

t.test('chart: stretches are marked; an empty chart is a chart', async (t) => {
  const svg = renderChart({ ...chart, kind: 'area', bands: [{ from: 0.2, to: 0.6, label: 'hung' }] });
  t.match(svg, /class="band"/);
  t.match(svg, />hung</);
  t.match(renderChart({ ...chart, kind: 'stacked', series: [] }), /<\/svg>\n$/);
});
