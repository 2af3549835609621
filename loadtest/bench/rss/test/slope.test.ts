import t from 'tap';
import { listLeftOvers, slopeMiBPerMillion } from '../slope.ts';

t.test('slope: MiB a million requests', async (t) => {
  const samples = [0, 1, 2, 3].map((index) => ({ requests: index * 500_000, rssBytes: (100 + index * 4) * 2 ** 20 }));
  t.equal(slopeMiBPerMillion(samples), 8);
  t.equal(slopeMiBPerMillion(samples.slice(0, 1)), 0);
  t.equal(slopeMiBPerMillion([]), 0);
});

t.test('left over: anything but the output and the deadline of the stop', async (t) => {
  t.same(listLeftOvers(['PipeWrap', 'PipeWrap', 'Timeout']), []);
  t.same(listLeftOvers(['TCPSocketWrap', 'Timeout', 'Timeout']), ['TCPSocketWrap', 'Timeout']);
});
