import type { Branding } from '../branding/branding.ts';
import { paletteCss } from '../branding/palette.ts';
import { type Asset, createAsset, joinModules, readStyle } from './assets.ts';
import type { Words } from './words/pick-words.ts';

/** What all pages of a process have in common: their files, made once at start, and whose pages they are. */
export type Look = Readonly<{
  name: string | null;
  style: Asset;
  script: Asset;
  logo: Asset | null;
  themeColours: { light: string; dark: string };
  /** The spot in the tab when there is no logo. */
  accent: string;
  languages: readonly Words[];
}>;

export function createLook({ name, logo, palettes, languages }: Branding): Look {
  return {
    name,
    style: createAsset('page', 'css', 'text/css; charset=utf-8', paletteCss(palettes) + readStyle('page.css')),
    script: createAsset(
      'waiting',
      'js',
      'text/javascript; charset=utf-8',
      joinModules('wait-text.js', 'lines-text.js', 'pace.js', 'alerts.js', 'waiting.js'),
    ),
    logo: logo === null ? null : createAsset('logo', 'svg', 'image/svg+xml', logo),
    themeColours: { light: palettes.light.paper, dark: palettes.dark.paper },
    accent: palettes.light.accent,
    languages,
  };
}
