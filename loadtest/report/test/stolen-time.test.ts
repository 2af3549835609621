import { existsSync } from 'node:fs';
import t from 'tap';
import { watchStolenTime } from '../stolen-time.ts';

t.test('stolen time: a share of the time that programs wanted', { skip: !existsSync('/proc/stat') }, async (t) => {
  const read = watchStolenTime();
  const untilMs = performance.now() + 50;
  while (performance.now() < untilMs);
  const share = read();
  t.ok(share !== undefined && share >= 0 && share < 1, `${share}`);
});
