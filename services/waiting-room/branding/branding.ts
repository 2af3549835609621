import { builtInWords, type Words } from '../pages/words/pick-words.ts';
import {
  type ColourName,
  colourNames,
  findFaintPairs,
  type Palette,
  plainPalettes,
  type Scheme,
  schemes,
} from './palette.ts';
import { checkWords } from './words-check.ts';

/** What makes the pages an organiser's own. */
export type Branding = Readonly<{
  /** In place of the words "Waiting room", and behind the title in the tab; null = neither. */
  name: string | null;
  /** SVG text, or null. */
  logo: string | null;
  palettes: Readonly<Record<Scheme, Palette>>;
  /** The first is the one for visitors whose languages are not among them. */
  languages: readonly Words[];
}>;

export const plainBranding: Branding = {
  name: null,
  logo: null,
  palettes: plainPalettes,
  languages: builtInWords,
};

export const mostLogoBytes = 6 * 1024;
const mostNameCharacters = 60;
const brandFields = ['name', 'defaultLanguage', 'light', 'dark'];

export type BrandingOutcome = { branding: Branding; problems: string[] };

/**
 * Reads a template folder given as path -> content: `brand.json`, `logo.svg`, `words/<language>.json`, each optional.
 * Every problem is named with its file; with problems the branding is of no use.
 */
export function checkBranding(files: ReadonlyMap<string, string>): BrandingOutcome {
  const problems: string[] = [];
  const say = (file: string, problem: string) => problems.push(`${file}: ${problem}`);
  let languages = [...builtInWords];
  let brand: Record<string, unknown> = {};
  let logo: string | null = null;

  for (const [file, text] of files) {
    const language = /^words\/([a-z]{2,3})\.json$/.exec(file)?.[1];
    if (file === 'brand.json') {
      brand = readObject(text, (problem) => say(file, problem));
    } else if (file === 'logo.svg') {
      logo = text;
      for (const problem of findLogoProblems(text)) say(file, problem);
    } else if (language !== undefined) {
      const given = readObject(text, (problem) => say(file, problem));
      const known = builtInWords.find((words) => words.language === language);
      const { words, problems: found } = checkWords({ given, language, known });
      for (const problem of found) say(file, problem);
      languages = [...languages.filter((each) => each.language !== language), words];
    } else {
      say(file, 'is not part of a template: brand.json, logo.svg, words/<language>.json are');
    }
  }

  for (const field of Object.keys(brand)) {
    if (!brandFields.includes(field)) say('brand.json', `"${field}" is unknown; known are ${brandFields.join(', ')}`);
  }
  const name = brand.name ?? null;
  if (name !== null && (typeof name !== 'string' || name.trim() === '' || name.length > mostNameCharacters)) {
    say('brand.json', `"name" must be a text of 1–${mostNameCharacters} characters`);
  }
  const first = brand.defaultLanguage ?? 'en';
  const chosen = languages.find((words) => words.language === first);
  if (!chosen) {
    const choices = languages.map((words) => words.language).join(' | ');
    say('brand.json', `"defaultLanguage" must be one of ${choices}, not ${JSON.stringify(first)}`);
  }
  const palettes = Object.fromEntries(
    schemes.map((scheme) => [scheme, readPalette(brand[scheme], scheme, (problem) => say('brand.json', problem))]),
  ) as Record<Scheme, Palette>;

  return {
    branding: {
      name: typeof name === 'string' ? name.trim() : null,
      logo,
      palettes,
      languages: chosen ? [chosen, ...languages.filter((words) => words !== chosen)] : languages,
    },
    problems,
  };
}

function readObject(text: string, say: (problem: string) => void): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    say('must hold an object');
  } catch (error) {
    say(`is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  return {};
}

function readPalette(given: unknown, scheme: Scheme, say: (problem: string) => void): Palette {
  const plain = plainPalettes[scheme];
  if (given === undefined) return plain;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    say(`"${scheme}" must be an object of colours`);
    return plain;
  }
  const palette: Record<ColourName, string> = { ...plain };
  let isSound = true;
  for (const [name, value] of Object.entries(given)) {
    const isKnown = (colourNames as readonly string[]).includes(name);
    const isColour = typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value);
    if (!isKnown) say(`"${scheme}.${name}" is unknown; known are ${colourNames.join(', ')}`);
    else if (!isColour) say(`"${scheme}.${name}" must be a colour like #7a1f3d, not ${JSON.stringify(value)}`);
    else palette[name as ColourName] = value.toLowerCase();
    isSound &&= isKnown && isColour;
  }
  if (isSound) for (const problem of findFaintPairs(palette)) say(`"${scheme}": ${problem}`);
  return palette;
}

function findLogoProblems(svg: string): string[] {
  const problems: string[] = [];
  if (Buffer.byteLength(svg) > mostLogoBytes) problems.push(`is larger than ${mostLogoBytes} bytes`);
  if (!/^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<svg[\s>]/.test(svg)) problems.push('does not begin with <svg');
  if (!/<svg[^>]*\sviewBox=/.test(svg)) problems.push('has no viewBox, so it cannot be scaled');
  if (/<script|<foreignObject|\son\w+\s*=|javascript:|<!DOCTYPE|<!ENTITY/i.test(svg)) {
    problems.push('holds a script, an event handler, foreign content or entities');
  }
  if (/(href|src)\s*=\s*["']\s*(?!#|data:image\/)|url\(\s*["']?\s*(?!#)/i.test(svg)) {
    problems.push('loads something from elsewhere');
  }
  return problems;
}
