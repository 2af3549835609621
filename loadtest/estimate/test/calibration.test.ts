import t from 'tap';
import { calibrate, target, testSeeds } from '../calibration.ts';
import { makeUpSale } from '../made-up-sales.ts';
import { createRandom } from '../random.ts';

/** Every fourth of the seeds, which takes a second: all of them are in docs/estimate.md. */
const someSeeds = testSeeds.filter((seed) => seed % 4 === 0);

for (const kind of ['steady', 'bursty'] as const) {
  t.test(`estimate: ${kind} sales end inside the range as often as they should, and the range is narrow`, async (t) => {
    const { score } = calibrate(kind, someSeeds);
    t.ok(score.told > 0.9 * score.asks, `${score.told} of ${score.asks} asks were answered`);
    t.ok(score.insideRatio >= target.insideRatio, `${score.insideRatio} inside`);
    t.ok(score.medianWidthRatio <= target.medianWidthRatio, `median width ${score.medianWidthRatio}`);
  });
}

for (const kind of ['stalls', 'rate changes'] as const) {
  t.test(`estimate: a minute after ${kind} the range holds again`, async (t) => {
    const { score } = calibrate(kind, someSeeds);
    t.ok(score.told > 0.8 * score.asks, `${score.told} of ${score.asks} asks were answered`);
    t.ok(score.insideRatio >= target.insideRatio, `${score.insideRatio} inside`);
  });
}

t.test('made-up sales: the same seed gives the same sale', async (t) => {
  t.same(makeUpSale('stalls', createRandom(3)), makeUpSale('stalls', createRandom(3)));
});
