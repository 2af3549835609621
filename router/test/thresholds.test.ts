import t from 'tap';
import { type CheckedHealth, noteCheck, uncheckedHealth } from '../health/thresholds.ts';

/** The verdicts after each check: `+` passed, `-` failed. */
function verdicts(checks: string, thresholds = { rise: 2, fall: 3 }): string {
  let health: CheckedHealth = uncheckedHealth;
  return [...checks]
    .map((check) => {
      health = noteCheck(health, check === '+', thresholds);
      return health.verdict === 'healthy' ? 'h' : 'f';
    })
    .join('');
}

t.test('checks: the first one decides at once', async (t) => {
  t.equal(uncheckedHealth.verdict, 'unknown');
  t.equal(verdicts('+'), 'h');
  t.equal(verdicts('-'), 'f');
});

t.test('checks: `fall` failures in a row make it failing, fewer do not', async (t) => {
  t.equal(verdicts('+--+--+'), 'hhhhhhh');
  t.equal(verdicts('+---'), 'hhhf');
});

t.test('checks: `rise` passes in a row make it healthy again, fewer do not', async (t) => {
  t.equal(verdicts('-+-+-'), 'fffff');
  t.equal(verdicts('-++'), 'ffh');
});

t.test('checks: thresholds of one follow every check', async (t) => {
  t.equal(verdicts('+-+-', { rise: 1, fall: 1 }), 'hfhf');
});
