import t from 'tap';
import type { AuditLine } from '../contract/audit.ts';
import { createFormat } from '../pages/assets/format.js';
import { textsByLanguage } from '../pages/texts/texts.ts';
import { auditTable } from '../pages/views/audit.ts';

const texts = textsByLanguage.en;
const context = { texts, format: createFormat('en', texts.units) };
const line: AuditLine = { id: '1-0', atMs: 0, who: 'ops', what: 'settings', subject: '', before: {}, after: {} };
const show = (fields: Partial<AuditLine>) =>
  String(auditTable(context, { entries: [{ ...line, ...fields }], next: null }, 'long')).replaceAll('\n', ' ');

t.test('audit: a change shows what was and what is', async (t) => {
  const text = show({ before: { maxBooking: '10' }, after: { maxBooking: '20' } });
  t.match(text, '<code>maxBooking</code> <del>10</del> <span aria-hidden="true">→</span> <ins>20</ins>');
});

t.test('audit: what has one side only is a fact, without an arrow', async (t) => {
  const text = show({ before: { url: 'http://a' }, after: { reason: 'bots', note: '' } });
  t.match(text, '<code>url</code> <span>http://a</span>');
  t.match(text, '<code>reason</code> <span>bots</span>');
  t.match(text, '<code>note</code> <span>–</span>');
  t.notMatch(text, /aria-hidden|<del>|<ins>/);
});

t.test('audit: what operators typed is text, never markup', async (t) => {
  const text = show({ who: '<b>', after: { reason: '<script>alert(1)</script>' } });
  t.notMatch(text, '<script>');
  t.match(text, '&lt;script&gt;');
});
