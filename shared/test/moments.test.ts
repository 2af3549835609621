import t from 'tap';
import { isMoment, toIsoTime } from '../moments.ts';

t.test('moments: what no calendar has is no moment, and does not throw', async (t) => {
  t.equal(toIsoTime(0), '1970-01-01T00:00:00.000Z');
  t.equal(toIsoTime(8.64e15), '+275760-09-13T00:00:00.000Z');
  for (const ms of [8.64e15 + 1, -8.64e15 - 1, 1e23, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.notOk(isMoment(ms), String(ms));
    t.equal(toIsoTime(ms), undefined, String(ms));
  }
});
