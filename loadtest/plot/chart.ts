import { pickTicks } from './ticks.ts';

export type Point = readonly [x: number, y: number];
export type Series = { name: string; points: readonly Point[] };
/** A stretch of x that is marked and named, such as the time of a fault. */
export type Band = { from: number; to: number; label: string };

export type Chart = {
  title: string;
  /** `line`: as they are; `area`: filled to zero; `stacked`: on top of each other, so all series need the same x. */
  kind: 'line' | 'area' | 'stacked';
  xLabel: string;
  yLabel: string;
  series: readonly Series[];
  bands?: readonly Band[];
  /** End of the y axis; default: the next round number above all values. */
  yMax?: number;
};

const width = 900;
const plot = { left: 64, right: 880, top: 76, bottom: 310 };
const legend = { top: plot.bottom + 60, row: 18, swatch: 12, characterPx: 7.5 };

/** Told apart also without seeing red and green (Okabe and Ito), each with its colour on a dark page. */
const colors = [
  { light: '#0072b2', dark: '#56b4e9' },
  { light: '#d55e00', dark: '#ff9148' },
  { light: '#00805e', dark: '#2fc79b' },
  { light: '#a8508a', dark: '#e59ac9' },
  { light: '#8a6d00', dark: '#f0e442' },
  { light: '#4b4b4b', dark: '#c8c8c8' },
] as const;

const style = `
.page{fill:#ffffff}.text{fill:#1f2328;font:13px system-ui,sans-serif}.title{font-weight:600;font-size:15px}
.quiet{fill:#59636e;font-size:12px}.grid{stroke:#d1d9e0;stroke-width:1}.band{fill:#818b98;fill-opacity:.16}
${colors.map(({ light }, index) => `.s${index}{stroke:${light};fill:${light}}`).join('')}
.line{fill:none;stroke-width:2;stroke-linejoin:round}.area{fill-opacity:.28;stroke-width:1.5}
.stacked{fill-opacity:.78;stroke-width:.5}
@media (prefers-color-scheme: dark){
.page{fill:#0d1117}.text{fill:#f0f6fc}.quiet{fill:#9198a1}.grid{stroke:#3d444d}
${colors.map(({ dark }, index) => `.s${index}{stroke:${dark};fill:${dark}}`).join('')}
.line{fill:none}}`;

/** The chart as one SVG file, readable on light and on dark pages. Values that are no finite numbers leave a gap. */
export function renderChart(chart: Chart): string {
  const { title, kind, xLabel, yLabel, series, bands = [] } = chart;
  const layers = kind === 'stacked' ? stack(series) : series.map(({ points }) => ({ points, base: undefined }));
  const all = layers.flatMap(({ points }) => points.filter(isDrawn));
  const xs = [...all.map(([x]) => x), ...bands.map(({ to }) => to)];
  const xMin = Math.min(...all.map(([x]) => x), ...bands.map(({ from }) => from));
  const [xStart, xEnd] = xs.length > 0 ? [xMin, Math.max(...xs)] : [0, 1];
  const yTicks = pickTicks(chart.yMax ?? Math.max(0, ...all.map(([, y]) => y)), 5);
  const yEnd = chart.yMax ?? yTicks.at(-1) ?? 1;
  const toX = (x: number) => round(plot.left + ((x - xStart) / (xEnd - xStart || 1)) * (plot.right - plot.left));
  const toY = (y: number) => round(plot.bottom - (Math.min(y, yEnd) / yEnd) * (plot.bottom - plot.top));

  const grid = yTicks
    .filter((tick) => tick <= yEnd)
    .map(
      (tick) =>
        `<path class="grid" d="M${plot.left} ${toY(tick)}H${plot.right}"/>${text(plot.left - 8, toY(tick) + 4, formatTick(tick), 'text quiet', 'end')}`,
    );
  const xTicks = pickTicks(xEnd - xStart, 10)
    .map((tick) => xStart + tick)
    .filter((tick) => tick <= xEnd)
    .map((tick) => text(toX(tick), plot.bottom + 18, formatTick(tick), 'text quiet', 'middle'));
  const marked = bands.map(({ from, to, label }) => {
    const [left, right] = [toX(from), toX(to)];
    const box = `<rect class="band" x="${left}" y="${plot.top}" width="${round(right - left)}" height="${plot.bottom - plot.top}"/>`;
    return box + text((left + right) / 2, plot.top - 8, label, 'text quiet', 'middle');
  });
  const drawn = layers.map(({ points, base }, index) => {
    const shape = kind === 'line' ? linePath(points, toX, toY) : areaPath(points, base, toX, toY);
    return `<path class="s${index % colors.length} ${kind}" d="${shape}"/>`;
  });
  const longest = Math.max(0, ...series.map(({ name }) => name.length));
  const columnPx = Math.max(100, longest * legend.characterPx + 3 * legend.swatch);
  const columns = Math.max(1, Math.floor((plot.right - plot.left) / columnPx));
  const height = legend.top + Math.ceil(series.length / columns) * legend.row;
  const names = series.map(({ name }, index) => {
    const x = round(plot.left + (index % columns) * columnPx);
    const y = legend.top + Math.floor(index / columns) * legend.row;
    return `<rect class="s${index % colors.length}" x="${x}" y="${y - 10}" width="${legend.swatch}" height="${legend.swatch}"/>${text(x + 18, y, name, 'text')}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">`,
    `<title>${escapeXml(title)}</title><style>${style}</style><rect class="page" width="${width}" height="${height}"/>`,
    text(plot.left, 24, title, 'text title'),
    text(plot.left, 44, yLabel, 'text quiet'),
    text(plot.right, plot.bottom + 36, xLabel, 'text quiet', 'end'),
    ...marked,
    ...grid,
    ...xTicks,
    ...drawn,
    ...names,
    '</svg>\n',
  ].join('\n');
}

type Layer = { points: readonly Point[]; base: readonly Point[] | undefined };

/** Each series on the sum of those before it. */
function stack(series: readonly Series[]): Layer[] {
  let base: readonly Point[] | undefined;
  return series.map(({ points }) => {
    const below = base;
    const sums = points.map(([x, y], index): Point => [x, (Number.isFinite(y) ? y : 0) + (below?.[index]?.[1] ?? 0)]);
    base = sums;
    return { points: sums, base: below };
  });
}

type Scale = (value: number) => number;

function linePath(points: readonly Point[], toX: Scale, toY: Scale): string {
  let isPenDown = false;
  let path = '';
  for (const point of points) {
    if (isDrawn(point)) path += `${isPenDown ? 'L' : 'M'}${toX(point[0])} ${toY(point[1])}`;
    isPenDown = isDrawn(point);
  }
  return path;
}

function areaPath(points: readonly Point[], base: readonly Point[] | undefined, toX: Scale, toY: Scale): string {
  const top = points.filter(isDrawn);
  if (top.length === 0) return '';
  const floor = base ?? top.map(([x]): Point => [x, 0]);
  return `${linePath(top, toX, toY)}${linePath(floor.toReversed(), toX, toY).replace('M', 'L')}Z`;
}

function isDrawn([x, y]: Point): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}

function text(x: number, y: number, content: string, className: string, anchor = 'start'): string {
  return `<text class="${className}" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeXml(content)}</text>`;
}

function formatTick(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
