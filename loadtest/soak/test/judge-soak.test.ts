import t from 'tap';
import { judgeSoak, type SoakSample } from '../judge-soak.ts';
import { sumOf } from '../process-sample.ts';
import { patternOf } from '../redis-sample.ts';

const minuteMs = 60_000;

/** Three minutes of warm-up, in which all grows, and ten in which `leaking` does. */
function makeSamples(leaking: 'nothing' | 'heap' | 'keys' | 'orders'): SoakSample[] {
  return Array.from({ length: 13 * 12 }, (_, index) => {
    const minutes = index / 12;
    const grown = Math.min(3, minutes) * 50 + (minutes > 3 ? (minutes - 3) * 20 : 0);
    const level = (what: typeof leaking) => (what === leaking ? grown : Math.min(3, minutes) * 50);
    return {
      ...{ atMs: minutes * minuteMs, load1: 1 },
      processes: {
        'router-1': {
          ...{ rssBytes: 2 ** 27, heapUsedBytes: (50 + level('heap')) * 2 ** 20 },
          ...{ handles: 100, timers: 10, resources: 40, loopDelayP99Ms: 12 },
        },
      },
      redis: {
        ...{ usedBytes: (9 + level('orders')) * 2 ** 20, keptBytes: level('orders') * 2 ** 20, connections: 9 },
        counts: { 'booking:visitor:<id>': 100 + level('keys'), 'booking:confirmed': level('orders') },
      },
    };
  });
}
const options = { warmUpMs: 3 * minuteMs, stretchMs: minuteMs };
const growing = (samples: SoakSample[]) =>
  judgeSoak(samples, options)
    .filter(({ isFlat }) => !isFlat)
    .map(({ subject, what }) => `${subject} ${what}`);

t.test('soak: what grows in the warm-up only is flat', async (t) => {
  t.same(growing(makeSamples('nothing')), []);
});

t.test('soak: a leak is named by process and by key', async (t) => {
  t.same(growing(makeSamples('heap')), ['router-1 heap in use']);
  t.same(growing(makeSamples('keys')), ['Redis `booking:visitor:<id>`']);
});

t.test('soak: orders are kept for the sale and may grow', async (t) => {
  t.same(growing(makeSamples('orders')), []);
});

t.test('soak: keys that are alike are counted together', async (t) => {
  t.equal(patternOf('booking:visitor:0b4bd0a5-9a3c-4c12-8c55-6b0b0f5c9a11'), 'booking:visitor:<id>');
  t.equal(patternOf('booking:instance:router-6'), 'booking:instance:<id>');
  t.equal(patternOf('booking:limits:bucket:net:10.0.0.1'), 'booking:limits:bucket:<name>');
  t.equal(patternOf('booking:queue:list'), 'booking:queue:list');
});

t.test('soak: metrics are summed over their labels', async (t) => {
  const text = '# HELP x y\nx{type="Timeout",room="r"} 3\nx{type="TCP",room="r"} 4.5\nxy{type="Timeout"} 9\n';
  t.equal(sumOf(text, 'x'), 7.5);
  t.equal(sumOf(text, 'x', 'type="Timeout"'), 3);
  t.ok(Number.isNaN(sumOf(text, 'z')));
});
