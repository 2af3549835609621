import t from 'tap';
import { decideSettingsChange } from '../settings/settings-change.ts';

const current = { maxBooking: '3', message: 'hello', admissions: 'open' };

t.test('settings change: only fields that differ are written', async (t) => {
  t.same(decideSettingsChange({ wished: { maxBooking: ' 5 ', message: 'hello' }, current }), {
    kind: 'change',
    before: { maxBooking: '3' },
    after: { maxBooking: '5' },
  });
  t.same(decideSettingsChange({ wished: { maxBooking: '3' }, current }), { kind: 'none' });
});

t.test('settings change: one bad field and nothing is written', async (t) => {
  t.same(decideSettingsChange({ wished: { maxBooking: '-1', claimSeconds: '30', nonsense: '1' }, current }), {
    kind: 'refused',
    problems: [
      { field: 'maxBooking', value: '-1', kind: 'refused' },
      { field: 'nonsense', value: '1', kind: 'unknown' },
    ],
  });
});

t.test('settings change: two open forms do not undo each other', async (t) => {
  const shown = { maxBooking: '2', message: 'hello' };
  t.same(decideSettingsChange({ wished: { maxBooking: '2', message: 'bye' }, shown, current }), {
    kind: 'change',
    before: { message: 'hello' },
    after: { message: 'bye' },
  });
  t.same(decideSettingsChange({ wished: { maxBooking: '9' }, shown, current }), {
    kind: 'refused',
    problems: [{ field: 'maxBooking', value: '9', kind: 'conflict' }],
  });
});

t.test('settings change: a bad value written by hand is left alone until someone touches the field', async (t) => {
  const written = { ...current, maxBooking: 'lots' };
  const shown = { maxBooking: 'lots', message: 'hello' };
  t.same(decideSettingsChange({ wished: { ...shown, message: 'bye' }, shown, current: written }), {
    kind: 'change',
    before: { message: 'hello' },
    after: { message: 'bye' },
  });
  t.same(decideSettingsChange({ wished: { ...shown, maxBooking: '4' }, shown, current: written }), {
    kind: 'change',
    before: { maxBooking: 'lots' },
    after: { maxBooking: '4' },
  });
});

t.test('settings change: line breaks as browsers send them are no change', async (t) => {
  const lines = { message: 'one\ntwo' };
  t.same(decideSettingsChange({ wished: { message: 'one\r\ntwo' }, shown: lines, current: lines }), { kind: 'none' });
});
