import t from 'tap';
import { type Round, readAdded, renderLatency } from '../report.ts';

const latency = (p99Ms: number) => ({ count: 1, meanMs: 1, p50Ms: 0.5, p90Ms: 1, p99Ms, p999Ms: 9, maxMs: 10 });
const rounds: Round[] = [
  { direct: latency(1), haproxy: latency(1.5), gateway: latency(2) },
  { direct: latency(40), haproxy: latency(41), gateway: latency(40.5) },
  { direct: latency(2), haproxy: latency(2.25), gateway: latency(9) },
];

t.test('latency: what a subject adds is the median of the differences within a round', async (t) => {
  t.equal(readAdded(rounds, 'gateway', 'p99Ms'), 1, 'a round in which all were slow says as much as any');
  t.equal(readAdded(rounds, 'haproxy', 'p99Ms'), 0.5);
  t.equal(readAdded(rounds, 'direct', 'p99Ms'), 0);
});

t.test('latency: the section has a line for each, and says what the machine was kept from', async (t) => {
  const rates = { maxPerSec: 20_000, ratePerSec: 10_000, connections: 64 };
  const report = { rounds, ...rates, visitors: 1000, seconds: 6, machine: '2 cores' };
  const text = renderLatency({ ...report, stolenShare: 0.0123 });
  t.match(text, '1,000 visitors with a place over 64 connections');
  t.match(text, '10,000 page views a second, half of the 20,000');
  t.match(text, /through the gateway \| 0\.50 \| 1\.00 \| 9\.00 \|/);
  t.match(text, /the gateway adds, median of differences \| 0\.00 \| 0\.00 \| 1\.00 \|/);
  t.match(text, '1.2 % of the time');
  t.notMatch(renderLatency({ ...report, stolenShare: undefined }), 'hypervisor');
});
