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
