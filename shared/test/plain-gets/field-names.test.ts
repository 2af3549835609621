import t from 'tap';
import { fieldNameOf } from '../../plain-gets/field-names.ts';

t.test('names of headers: as sent, in lower case, as a line begins, whoever was asked for between', async (t) => {
  // More names than are kept, among them many that share a slot, and short ones.
  const names = ['a', 'TE', 'ab', 'Sec-Fetch-Site', 'Sec-Fetch-Mode', 'x-A_b'];
  for (let index = 0; index < 1500; index += 1) names.push(`X-Name-${index}-End`);
  for (let round = 0; round < 2; round += 1) {
    for (const name of names) {
      const field = fieldNameOf(`${name}: value`.slice(0, name.length));
      const expected = { name, lowerName: name.toLowerCase(), lineStart: `\r\n${name}: ` };
      if (JSON.stringify(field) !== JSON.stringify(expected)) t.same(field, expected);
    }
  }
  t.equal(fieldNameOf('Host'), fieldNameOf('Host'));
});
