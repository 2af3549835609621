import t from 'tap';
import { choiceField, parseKeptChoice, readChoice, totalOf } from '../orders/choice.ts';
import { catalogue } from './sample-catalogue.ts';

const asJson = (body: unknown) => readChoice(body, catalogue, { isForm: false });
const asForm = (body: unknown) => readChoice(body, catalogue, { isForm: true });

t.test('choice: a section of the catalogue and 1 to 4 tickets', async (t) => {
  for (const tickets of [1, 2, 3, 4]) {
    t.same(asJson({ section: 'loge', tickets }), { kind: 'choice', choice: { section: 'loge', tickets } });
  }
  t.same(asForm({ section: 'loge', tickets: '2' }), { kind: 'choice', choice: { section: 'loge', tickets: 2 } });
});

t.test('choice: no body, or one that names neither field, is no choice', async (t) => {
  for (const body of [undefined, null, {}, { other: 1 }]) t.same(asJson(body), { kind: 'none' });
});

t.test('choice: a bad value is told back with its field and range', async (t) => {
  const sections = 'parterre | loge | balcony | gallery';
  const cases: [unknown, string, string, string][] = [
    [{ section: 'loge', tickets: 5 }, 'tickets', '1–4', '5'],
    [{ section: 'loge', tickets: 0 }, 'tickets', '1–4', '0'],
    [{ section: 'loge', tickets: -1 }, 'tickets', '1–4', '-1'],
    [{ section: 'loge', tickets: 1.5 }, 'tickets', '1–4', '1.5'],
    [{ section: 'loge', tickets: '2' }, 'tickets', '1–4', '"2"'],
    [{ section: 'loge', tickets: true }, 'tickets', '1–4', 'true'],
    [{ section: 'loge', tickets: [2] }, 'tickets', '1–4', '[2]'],
    [{ section: 'loge' }, 'tickets', '1–4', 'nothing'],
    [{ tickets: 2 }, 'section', sections, 'nothing'],
    [{ section: 'moon', tickets: 2 }, 'section', sections, '"moon"'],
    [{ section: '__proto__', tickets: 2 }, 'section', sections, '"__proto__"'],
    [{ section: 7, tickets: 2 }, 'section', sections, '7'],
    ['loge', 'body', 'an object', '"loge"'],
    [[], 'body', 'an object', '[]'],
  ];
  for (const [body, field, range, value] of cases) {
    t.same(asJson(body), { kind: 'problem', field, range, value }, JSON.stringify(body));
  }
  for (const tickets of ['', ' 2', '2.0', '1e0', '0x2', '99999', '٢']) {
    t.match(asForm({ section: 'loge', tickets }), { kind: 'problem', field: 'tickets' }, tickets);
  }
});

t.test('choice: a long value is told back in part', async (t) => {
  const reading = asJson({ section: 'x'.repeat(5000), tickets: 1 });
  t.ok(reading.kind === 'problem' && reading.value.length < 80);
});

t.test('choice: what was kept is read back, unless the catalogue has moved on or it is damaged', async (t) => {
  t.same(parseKeptChoice('{"section":"loge","tickets":2}', catalogue), { section: 'loge', tickets: 2 });
  for (const text of [
    undefined,
    '',
    '{',
    'null',
    '{"section":"sold-off","tickets":2}',
    '{"section":"loge","tickets":9}',
  ]) {
    t.equal(parseKeptChoice(text, catalogue), undefined, String(text));
  }
  t.not(choiceField('default'), choiceField('gala'));
});

t.test('choice: the total is price by tickets', async (t) => {
  t.equal(totalOf({ section: 'gallery', tickets: 4 }, catalogue), 200_000);
  t.equal(totalOf({ section: 'moon', tickets: 4 }, catalogue), 0);
});
