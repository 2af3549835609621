import t from 'tap';
import { createLoadMeter } from '../load-meter.ts';
import { createManualClock } from '../testing/manual-clock.ts';

t.test('load meter: counts what is in hand, by gateway', async (t) => {
  const meter = createLoadMeter({ clock: createManualClock() });
  const first = meter.begin('gw-1');
  const second = meter.begin('gw-1');
  meter.begin('gw-2');
  meter.begin();
  t.match(meter.read(), { inFlight: 4, inFlightByGateway: { 'gw-1': 2, 'gw-2': 1 } });
  first.end(200);
  first.end(200);
  t.match(meter.read(), { inFlight: 3, inFlightByGateway: { 'gw-1': 1, 'gw-2': 1 } });
  second.end(undefined);
  t.same(meter.read().inFlightByGateway, { 'gw-2': 1 }, 'a gateway with nothing in hand is forgotten');
});

t.test('load meter: rates cover the time since the last read', async (t) => {
  const clock = createManualClock();
  const meter = createLoadMeter({ clock });
  const marks = Array.from({ length: 100 }, () => meter.begin());
  for (const [index, mark] of marks.entries()) {
    await clock.advance(10);
    mark.end(index < 25 ? 503 : 200);
  }
  const load = meter.read();
  t.equal(load.requestsPerSec, 100);
  t.equal(load.errorRatio, 0.25);
  t.ok(Math.abs(load.latencyP50Ms - 500) < 5, `p50 ${load.latencyP50Ms}`);
  t.ok(Math.abs(load.latencyP95Ms - 950) < 10, `p95 ${load.latencyP95Ms}`);
  t.same(meter.read(), load, 'a second read right after it repeats the rates');
});

t.test('load meter: without answers the last latencies stand for a while, then are unknown', async (t) => {
  const clock = createManualClock();
  const meter = createLoadMeter({ clock });
  const mark = meter.begin();
  await clock.advance(1000);
  mark.end(500);
  meter.read();
  await clock.advance(1000);
  const load = meter.read();
  t.match(load, { requestsPerSec: 0, errorRatio: 0 });
  t.ok(Math.abs(load.latencyP50Ms - 1000) < 5, `p50 ${load.latencyP50Ms}`);
  await clock.advance(10_000);
  t.match(meter.read(), { latencyP50Ms: 0, latencyP95Ms: 0 });
});

t.test('load meter: a client that went away counts in nothing but the end of its request', async (t) => {
  const clock = createManualClock();
  const meter = createLoadMeter({ clock });
  meter.begin('gw').end(undefined);
  await clock.advance(1000);
  t.match(meter.read(), { inFlight: 0, requestsPerSec: 0, errorRatio: 0 });
});

t.test('load meter: a stream leaves the requests in flight and its closing is counted once', async (t) => {
  const meter = createLoadMeter({ clock: createManualClock() });
  const mark = meter.begin('gw');
  const close = mark.becomeStream();
  const closeOther = meter.openStream();
  t.match(meter.read(), { inFlight: 0, inFlightByGateway: {}, streams: 2 });
  mark.end(200);
  close();
  close();
  t.equal(meter.read().streams, 1);
  closeOther();
  t.equal(meter.read().streams, 0);
});

t.test('load meter: a request that ended cannot become a stream', async (t) => {
  const meter = createLoadMeter({ clock: createManualClock() });
  const mark = meter.begin();
  mark.end(undefined);
  mark.becomeStream()();
  t.match(meter.read(), { inFlight: 0, streams: 0 });
});
