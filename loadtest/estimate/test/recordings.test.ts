import t from 'tap';
import { formatRecordingLine, parseRecording } from '../recordings.ts';
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
