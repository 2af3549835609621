/** The colours of the pages, as CSS variables without their dashes; `#rrggbb`. */
export type Palette = Readonly<Record<ColourName, string>>;
export type ColourName = (typeof colourNames)[number];
export type Scheme = 'light' | 'dark';

export const colourNames = ['paper', 'card', 'ink', 'soft', 'line', 'accent', 'on-accent'] as const;
export const schemes: readonly Scheme[] = ['light', 'dark'];

export const plainPalettes: Readonly<Record<Scheme, Palette>> = {
  light: {
    paper: '#faf6ef',
    card: '#fffdf9',
    ink: '#231a1c',
    soft: '#655a58',
    line: '#e2d8ca',
    accent: '#7a1f3d',
    'on-accent': '#fffaf5',
  },
  dark: {
    paper: '#161112',
    card: '#1f1819',
    ink: '#f4ebe4',
    soft: '#b9aaa4',
    line: '#3a2e2e',
    accent: '#f0b8c8',
    'on-accent': '#2a0d18',
  },
};

/** What is read on what: each pair needs `leastContrast` (WCAG 2.2, AA). */
const readPairs: readonly (readonly [ColourName, ColourName])[] = [
  ['ink', 'paper'],
  ['ink', 'card'],
  ['soft', 'paper'],
  ['soft', 'card'],
  ['accent', 'paper'],
  ['on-accent', 'accent'],
];
export const leastContrast = 4.5;

/** The pairs of a palette that are hard to read, one line each. */
export function findFaintPairs(palette: Palette): string[] {
  return readPairs.flatMap(([text, ground]) => {
    const contrast = contrastOf(palette[text], palette[ground]);
    const pair = `"${text}" ${palette[text]} on "${ground}" ${palette[ground]}`;
    return contrast < leastContrast ? [`${pair} has a contrast of ${contrast.toFixed(1)}, least ${leastContrast}`] : [];
  });
}

/** 1 (the same) to 21 (black on white), as WCAG defines it. */
export function contrastOf(one: string, other: string): number {
  const [high, low] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminanceOf(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The variables of both schemes as CSS. */
export function paletteCss(palettes: Readonly<Record<Scheme, Palette>>): string {
  const variables = (scheme: Scheme) => colourNames.map((name) => `--${name}:${palettes[scheme][name]}`).join(';');
  return `:root{${variables('light')}}\n@media (prefers-color-scheme: dark){:root{${variables('dark')}}}\n`;
}
