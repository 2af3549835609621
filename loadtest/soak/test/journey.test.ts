import t from 'tap';
import { createSeededRandom } from '../../simulate/seeded-random.ts';
import { pickJourney, placesFor } from '../journey.ts';

t.test('journey: all that visitors do comes up, in its share', async (t) => {
  const random = createSeededRandom(7);
  const journeys = Array.from({ length: 5000 }, () => pickJourney(random));
  const shareOf = (test: (journey: (typeof journeys)[number]) => boolean) => journeys.filter(test).length / 5000;
  t.ok(Math.abs(shareOf(({ follows }) => follows === 'stream') - 0.3) < 0.03);
  t.ok(Math.abs(shareOf(({ ends }) => ends === 'confirms') - 0.66) < 0.03);
  for (const word of ['cancels', 'leaves', 'vanishes', 'misses'])
    t.ok(shareOf(({ ends }) => ends === word) > 0.02, word);
  t.ok(journeys.every(({ thinkMs }) => thinkMs >= 2000 && thinkMs <= 6000));
});

t.test('journey: the end of the random range is a journey too', async (t) => {
  t.match(
    pickJourney(() => 1),
    { follows: 'stream', waits: 'vanishes', ends: 'misses', thinkMs: 6000 },
  );
  t.ok(placesFor(0.1) >= 3);
});
