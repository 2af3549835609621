import { readFileSync, writeFileSync } from 'node:fs';
import { describeRange, type SettingField, settingFields } from '@fairline/shared/contracts/settings.ts';
import t from 'tap';

const readme = new URL('../README.md', import.meta.url);
const start = '<!-- settings: kept true by test/docs.test.ts -->';
const end = '<!-- /settings -->';

function settingsTable(fields: readonly SettingField[]): string {
  const rows = fields.map((field) => {
    const initial = field.default === '' ? 'empty' : `\`${field.default}\``;
    const unit = field.kind === 'integer' ? ` (${field.unit})` : '';
    return `| \`${field.name}\` | ${initial} | ${describeRange(field).replaceAll(' | ', ' ')}${unit} | ${field.description} |`;
  });
  return ['| setting | default | range | |', '|---|---|---|---|', ...rows].join('\n');
}

// UPDATE_DOCS=1 writes the table instead of comparing it.
t.test('the README lists the settings as the contract has them', async (t) => {
  const text = readFileSync(readme, 'utf8');
  const wished = `${start}\n${settingsTable(settingFields)}\n${end}`;
  const from = text.indexOf(start);
  const to = text.indexOf(end) + end.length;
  t.ok(from > 0 && to > from, 'the README has the place for it');
  if (process.env.UPDATE_DOCS === '1') writeFileSync(readme, text.slice(0, from) + wished + text.slice(to));
  else t.equal(text.slice(from, to), wished);
});
