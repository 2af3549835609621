import { readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { RouterConfig } from '../config.ts';

const readme = new URL('../README.md', import.meta.url);
const start = '<!-- settings: kept true by router/test/readme.test.ts -->';
const end = '<!-- /settings -->';

type Field = {
  type?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  description?: string;
  secret?: boolean;
};

function settingsTable(): string {
  const rows = Object.entries(RouterConfig.properties as Record<string, Field>).map(([name, field]) => {
    const initial = [field.default ?? ''].flat().join(',');
    const range = field.minimum === undefined ? '' : `${field.minimum}–${field.maximum ?? ''}`;
    const about = (field.description ?? '').replaceAll('|', '\\|');
    return `| \`${name}\` | ${initial === '' ? '' : `\`${initial}\``} | ${range} | ${about} |`;
  });
  return ['| setting | default | range | |', '|---|---|---|---|', ...rows].join('\n');
}

// UPDATE_DOCS=1 writes the table instead of comparing it.
t.test('the README of the gateway lists every setting', async (t) => {
  const text = readFileSync(readme, 'utf8');
  const wished = `${start}\n\n${settingsTable()}\n\n${end}`;
  const from = text.indexOf(start);
  const to = text.indexOf(end) + end.length;
  t.ok(from > 0 && to > from, 'the README has the place for it');
  if (process.env.UPDATE_DOCS === '1') writeFileSync(readme, text.slice(0, from) + wished + text.slice(to));
  else t.equal(text.slice(from, to), wished);
});
