import t from 'tap';
import { passBigBodies } from '../flat-memory.ts';

const bytes = 64 * 2 ** 20;

t.test('memory: large bodies go through a gateway in both directions without filling its memory', async (t) => {
  const { passages } = await passBigBodies(t, bytes);
  for (const { name, arrivedBytes, peakGrowthBytes } of passages) {
    t.equal(arrivedBytes, bytes, `${name}: all of it arrives`);
    t.ok(peakGrowthBytes < 100 * 2 ** 20, `${name}: grew by ${Math.round(peakGrowthBytes / 2 ** 20)} MiB`);
  }
});
