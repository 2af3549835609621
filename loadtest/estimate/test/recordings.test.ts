import t from 'tap';
import { formatRecordingLine, parseRecording, type RecordingLine } from '../recordings.ts';
import type { SaleEvent } from '../sale.ts';

t.test('recordings: what is written is read back', async (t) => {
  const events: SaleEvent[] = [
    { atMs: 0, kind: 'joined', numbers: [1, 2, 3, 4, 7] },
    { atMs: 900, kind: 'hold' },
    { atMs: 1200, kind: 'go' },
    { atMs: 1500, kind: 'passed', numbers: [1, 3] },
    { atMs: 1600, kind: 'left', numbers: [2] },
  ];
  t.same(parseRecording('small', events.map(formatRecordingLine).join('')).events, events);
});

t.test('recordings: a line of another form is named', async (t) => {
  t.throws(() => parseRecording('odd', '{"atMs":1,"kind":"go"}\n{"atMs":2,"kind":"sung"}\n'), /odd, line 2/);
});

t.test('recordings: the opening is a change of pace, unless there is a later one', async (t) => {
  const opening: SaleEvent[] = [
    { atMs: 0, kind: 'hold' },
    { atMs: 5000, kind: 'go' },
    { atMs: 5500, kind: 'passed', numbers: [1] },
  ];
  const changesOf = (lines: readonly RecordingLine[]) =>
    parseRecording('small', lines.map(formatRecordingLine).join('')).changesAtMs;
  t.same(changesOf(opening), [0, 5000]);
  t.same(changesOf([...opening, { atMs: 9000, kind: 'change' }]), [9000]);
  t.same(changesOf([...opening, { atMs: 9000, kind: 'hold' }, { atMs: 9500, kind: 'go' }]), [0, 5000], 'a hiccup');
});
