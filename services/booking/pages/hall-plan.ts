import { type Html, html } from '@fairline/shared/html.ts';

const rowsPerRing = 3;
const firstRadius = 58;
const rowGap = 11;
const seatGap = 8.6;
const ringGap = 8;

/**
 * The hall from above: a stage and one ring of seat rows for each section, outwards. Drawn by dotted arcs, so that a ring
 * costs three paths and is coloured by style sheet (`ring-1` is the innermost).
 */
export function renderHallPlan({ rings, label, stage }: { rings: number; label: string; stage?: string }): Html {
  const radiusOf = (ring: number, row: number) => firstRadius + ring * (rowsPerRing * rowGap + ringGap) + row * rowGap;
  const outermost = radiusOf(rings - 1, rowsPerRing - 1);
  const width = 2 * outermost + 24;
  const middle = width / 2;
  const height = outermost + 28;

  const arc = (radius: number) => {
    // Ends are lifted a little from the stage's edge, more so inside, where the rows would crowd it.
    const lift = 0.16;
    const x = radius * Math.cos(lift);
    const y = radius * Math.sin(lift);
    const from = `${(middle - x).toFixed(1)} ${(20 + y).toFixed(1)}`;
    const to = `${(middle + x).toFixed(1)} ${(20 + y).toFixed(1)}`;
    // Measured in seats, so that every row begins and ends with a whole one.
    const seats = Math.round((radius * (Math.PI - 2 * lift)) / seatGap);
    return html`<path pathLength="${seats + 0.02}" d="M${from}A${radius} ${radius} 0 0 0 ${to}"/>`;
  };
  const ring = (index: number) =>
    html`<g class="ring ring-${index + 1}">${Array.from({ length: rowsPerRing }, (_, row) => arc(radiusOf(index, row)))}</g>`;

  return html`<svg class="plan" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<path class="plan-stage" d="M${middle - 46} 8H${middle + 46}L${middle + 34} 38Q${middle} 52 ${middle - 34} 38Z"/>
${stage === undefined ? null : html`<text x="${middle}" y="30">${stage}</text>`}
${Array.from({ length: rings }, (_, index) => ring(index))}
</svg>`;
}
