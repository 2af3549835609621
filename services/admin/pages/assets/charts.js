import { addSnapshot, fromHistory, lastMinutes } from './chart-data.js';
import { format, language, onSnapshot, words } from './console.js';
import { setSlot } from './dom.js';
import uPlot from './uplot.js';

const charts = [
  {
    name: 'people',
    unit: format.number,
    lines: [
      { name: 'waiting', color: '--waiting', scale: 'y', fill: true },
      { name: 'booked', color: '--booked', scale: 'few' },
      { name: 'admissionsPerMinute', color: '--admissions', scale: 'few', dash: [5, 4] },
    ],
  },
  {
    name: 'wait',
    unit: format.duration,
    lines: [
      { name: 'measuredWaitSec', color: '--wait', scale: 'y', fill: true },
      { name: 'expectedWaitSec', color: '--wait', scale: 'y', dash: [5, 4] },
    ],
  },
];

const wholeSteps = [1, 2, 5]
  .flatMap((digit) => Array.from({ length: 9 }, (_, power) => digit * 10 ** power))
  .sort((a, b) => a - b);
const timeSteps = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];

/** The charts of the overview: an hour of history, then every snapshot. */
export async function showCharts() {
  const area = document.querySelector('[data-charts]');
  const range = () => Number(area.querySelector('[name="range"]:checked').value);
  const data = fromHistory(await loadHistory());
  area.hidden = false;
  let plots = [];

  function redraw() {
    for (const { plot, chart } of plots) plot.setData(columnsOf(chart));
    for (const chart of charts) for (const line of chart.lines) showLast(area, chart, line, data);
    area.dataset.points = String(data.atSec.length);
  }

  const columnsOf = ({ lines }) =>
    lastMinutes(
      data,
      lines.map(({ name }) => name),
      range(),
    );

  function build() {
    for (const { plot } of plots) plot.destroy();
    plots = charts.map((chart) => {
      const place = area.querySelector(`[data-chart="${chart.name}"]`);
      return { chart, place, plot: new uPlot(optionsOf(chart, place), columnsOf(chart), place) };
    });
    redraw();
  }

  build();
  area.addEventListener('change', redraw);
  matchMedia('(prefers-color-scheme: light)').addEventListener('change', build);
  new ResizeObserver(() => {
    for (const { plot, place } of plots) plot.setSize({ width: place.clientWidth, height: place.clientHeight });
  }).observe(area);
  onSnapshot((snapshot) => {
    if (addSnapshot(data, snapshot)) redraw();
  });
}

async function loadHistory() {
  const empty = {
    atSec: [],
    waiting: [],
    booked: [],
    admissionsPerMinute: [],
    measuredWaitSec: [],
    expectedWaitSec: [],
  };
  try {
    const answer = await fetch('/system/api/history?minutes=60');
    return answer.ok ? await answer.json() : empty;
  } catch {
    return empty;
  }
}

function showLast(area, { unit }, { name }, data) {
  setSlot(area.querySelector(`[data-series="${name}"]`), 'value', unit(data[name].at(-1) ?? null));
}

function optionsOf({ unit, lines }, place) {
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--soft'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font: `12px ${color('--sans')}`,
  };
  const fromZero = { range: (_plot, _min, max) => [0, Math.max(max ?? 0, 4) * 1.08] };
  const hasFew = lines.some(({ scale }) => scale === 'few');
  const incrs = unit === format.duration ? timeSteps : wholeSteps;
  const values = (_plot, splits) => splits.map((split) => unit(split));
  const clock = new Intl.DateTimeFormat(language === 'ko' ? 'ko-KR' : 'en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return {
    width: place.clientWidth,
    height: place.clientHeight,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    scales: { x: { time: true }, y: fromZero, ...(hasFew ? { few: fromZero } : {}) },
    axes: [
      {
        ...axis,
        space: 70,
        size: 30,
        values: (_plot, splits) => splits.map((split) => clock.format(split * 1000)),
        incrs: [60, 120, 300, 600, 900, 1800],
      },
      { ...axis, scale: 'y', size: sizeOf, incrs, values },
      ...(hasFew
        ? [
            {
              ...axis,
              scale: 'few',
              side: 1,
              grid: { show: false },
              size: sizeOf,
              incrs,
              values,
            },
          ]
        : []),
    ],
    series: [
      {},
      ...lines.map(({ name, color: token, scale, dash, fill }) => ({
        label: words.charts[name],
        scale,
        stroke: color(token),
        width: 2,
        ...(dash ? { dash } : {}),
        ...(fill ? { fill: `color-mix(in srgb, ${color(token)} 14%, transparent)` } : {}),
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [(plot) => showAt(plot, lines, unit)] },
  };
}

/** As wide as its longest number. */
function sizeOf(_plot, values) {
  return 18 + 7 * Math.max(3, ...(values ?? []).map((value) => value.length));
}

/** The values under the pointer, in the legend; the newest when it is elsewhere. */
function showAt(plot, lines, unit) {
  const index = plot.cursor.idx ?? plot.data[0].length - 1;
  lines.forEach(({ name }, at) => {
    setSlot(document.querySelector(`[data-series="${name}"]`), 'value', unit(plot.data[at + 1][index] ?? null));
  });
}
