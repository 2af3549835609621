import { settingFields } from '@fairline/shared/contracts/settings.ts';
import t from 'tap';
import { languages, textsByLanguage } from '../pages/texts.ts';

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
