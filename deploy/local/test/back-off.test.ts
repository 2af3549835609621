import t from 'tap';
import { decideRestart } from '../back-off.ts';

t.test('back-off: doubles from 0.5 s to 10 s while a process keeps dying', async (t) => {
  const delays: number[] = [];
  let deathsBefore = 0;
  for (let index = 0; index < 8; index += 1) {
    const decision = decideRestart({ deathsBefore, livedMs: 100 });
    delays.push(decision.delayMs);
    deathsBefore = decision.deaths;
  }
  t.same(delays, [500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
});

t.test('back-off: begins anew after a long life', async (t) => {
  t.same(decideRestart({ deathsBefore: 6, livedMs: 30_000 }), { deaths: 1, delayMs: 500 });
  t.same(decideRestart({ deathsBefore: 6, livedMs: 29_999 }), { deaths: 7, delayMs: 10_000 });
});

t.test('back-off: days of dying keep the longest delay', async (t) => {
  t.same(decideRestart({ deathsBefore: 1_000_000, livedMs: 0 }).delayMs, 10_000);
});
