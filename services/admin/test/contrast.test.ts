import t from 'tap';
import { readSources } from '../pages/assets.ts';

type Palette = Readonly<Record<string, string>>;

/** The colours of the dark scheme, then of the light one. */
function readPalettes(): Palette[] {
  const style = readSources().get('console.css') ?? '';
  return [...style.matchAll(/:root \{([^}]*--paper[^}]*)\}/g)].map(([, block = '']) =>
    Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, color]) => [name, color])),
  );
}

/** Contrast of WCAG 2.2, from 1 to 21. */
function contrast(one: string | undefined, other: string | undefined): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string | undefined): number {
  const [red = Number.NaN, green = Number.NaN, blue = Number.NaN] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color?.slice(at, at + 2) ?? '', 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

t.test('contrast: all text is readable in the dark and in the light', async (t) => {
  const palettes = readPalettes();
  t.equal(palettes.length, 2);
  for (const palette of palettes) {
    const atLeast = (most: number, front: string, back: string) =>
      t.ok(contrast(palette[front], palette[back]) >= most, `${front} on ${back}`);
    for (const front of ['ink', 'soft', 'accent', 'good', 'warn', 'bad'])
      for (const back of ['paper', 'card', 'raised']) atLeast(4.5, front, back);
    for (const look of ['good', 'warn', 'bad']) for (const front of [look, 'ink']) atLeast(4.5, front, `${look}-field`);
    atLeast(4.5, 'on-accent', 'accent');
    atLeast(4.5, 'paper', 'bad');
    for (const line of ['edge', 'waiting', 'booked', 'admissions', 'wait']) atLeast(3, line, 'card');
  }
});
