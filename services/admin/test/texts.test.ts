import { settingFields } from '@fairline/shared/contracts/settings.ts';
import t from 'tap';
import { languages, textsByLanguage } from '../pages/texts/texts.ts';

/** Every text by its path; a function stands for itself. */
function flatten(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, member]) => flatten(member, `${path}.${name}`));
}

const slotsOf = (text: unknown) => (typeof text === 'string' ? (text.match(/\{\w+\}/g) ?? []).sort() : []);

t.test('texts: every setting and unit has its words in every language', async (t) => {
  for (const language of languages) {
    const { fields, settings } = textsByLanguage[language];
    for (const field of settingFields) {
      t.ok(fields[field.name]?.label && fields[field.name]?.help, `${language} ${field.name}`);
      if (field.kind === 'integer' && language !== 'en') t.ok(settings.units[field.unit], `${language} ${field.unit}`);
    }
    t.same(Object.keys(fields).sort(), settingFields.map((field) => field.name).sort());
  }
});

t.test('texts: all languages say the same things, with the same slots', async (t) => {
  const english = new Map(flatten(textsByLanguage.en));
  for (const language of languages) {
    const texts = flatten(textsByLanguage[language]).filter(([path]) => !path.startsWith('.settings.units'));
    const missing = [...english.keys()].filter(
      (path) => !path.startsWith('.settings.units') && !texts.some(([other]) => other === path),
    );
    t.same(missing, [], language);
    for (const [path, text] of texts) {
      t.ok(english.has(path), `${language} ${path} is known in English`);
      t.same(slotsOf(text), slotsOf(english.get(path)), `${language} ${path}`);
      if (typeof text === 'string') t.not(text.trim(), '', `${language} ${path}`);
    }
  }
});
