import { Histogram, Registry } from 'prom-client';
import t from 'tap';
import { createMetrics } from '../metrics.ts';

t.test('metrics: answers by route, labelled with the room', async (t) => {
  const metrics = createMetrics({ room: 'booking' });
  metrics.http.observe('/ticketing', 'GET', 200, 0.03);
  const text = await metrics.registry.metrics();
  t.match(text, /fairline_http_request_duration_seconds_count\{[^}]*route="\/ticketing"[^}]*\} 1/);
  t.match(text, /fairline_http_request_duration_seconds_bucket\{[^}]*le="0.025"[^}]*\} 0/);
  t.match(text, /process_cpu_seconds_total\{room="booking"\}/);
});

t.test('metrics: two processes of a test do not share a registry', async (t) => {
  const first = createMetrics({ room: 'booking' });
  createMetrics({ room: 'booking' }).http.observe('/x', 'GET', 200, 1);
  t.notMatch(await first.registry.metrics(), '/x');
});

t.test('metrics: durations are a histogram as prom-client makes one', async (t) => {
  const metrics = createMetrics({ room: 'router' });
  const peer = new Registry();
  peer.setDefaultLabels({ room: 'router' });
  const histogram = new Histogram({
    name: 'fairline_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [peer],
  });
  const answers = [
    ['/a', 'GET', 200, 0.001],
    ['/a', 'GET', 200, 0.0011],
    ['/a', 'GET', 304, 10],
    ['/a', 'POST', 200, 11],
    ['/b "c"', 'GET', 499, 0],
  ] as const;
  for (const [route, method, status, seconds] of answers) {
    metrics.http.observe(route, method, status, seconds);
    histogram.observe({ route, method, status }, seconds);
  }
  const sortLabels = (line: string) => line.replace(/\{(.*)\}/, (_, labels: string) => labels.split(',').sort().join());
  const linesOf = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.includes('request_duration'))
      .map(sortLabels);
  t.same(linesOf(await metrics.registry.metrics()).sort(), linesOf(await peer.metrics()).sort());
});
