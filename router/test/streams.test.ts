import { createManualClock } from '@fairline/shared/testing/manual-clock.ts';
import t from 'tap';
import { createStreams, type Stream } from '../proxy/streams.ts';

const limits = { events: 2, tunnel: 1 };

function setUp() {
  const clock = createManualClock();
  const streams = createStreams({ limits, clock });
  const cut: string[] = [];
  const open = (name: string, fields: Partial<Stream> = {}) => {
    const release = streams.add({
      kind: 'events',
      instanceId: 'b1',
      room: 'booking',
      visitorId: name,
      address: '203.0.113.7',
      isBooked: true,
      cut: () => {
        cut.push(name);
        release();
      },
      ...fields,
    });
    return release;
  };
  return { clock, streams, cut, open };
}

t.test('streams: each instance has room for so many of each kind', async (t) => {
  const { streams, open } = setUp();
  const release = open('a');
  open('b');
  t.notOk(streams.hasRoom('b1', 'events'));
  t.ok(streams.hasRoom('b1', 'tunnel'));
  t.ok(streams.hasRoom('b2', 'events'));
  release();
  release();
  t.ok(streams.hasRoom('b1', 'events'));
  t.same([...streams.read()], [['b1', { events: 1, tunnel: 0 }]]);
});

t.test('streams: those of a visitor are cut by room', async (t) => {
  const { streams, cut, open } = setUp();
  open('a');
  open('a', { room: 'waiting-room' });
  open('b', { isBooked: false });
  t.same(streams.bookedVisitors(), ['a']);
  streams.cutVisitors(['a', 'nobody'], 'booking');
  t.same(cut, ['a']);
});

t.test('streams: a drain cuts them one by one over its time', async (t) => {
  const { clock, streams, cut, open } = setUp();
  for (const name of ['a', 'b', 'c', 'd']) open(name);
  const drained = streams.cutSpread(4000, new AbortController().signal);
  t.same(cut, ['a']);
  await clock.advance(1000);
  t.same(cut, ['a', 'b']);
  await clock.advance(2000);
  await drained;
  t.same(cut, ['a', 'b', 'c', 'd']);
});

t.test('streams: without time for a drain all are cut at once', async (t) => {
  const { streams, cut, open } = setUp();
  for (const name of ['a', 'b']) open(name);
  await streams.cutSpread(0, new AbortController().signal);
  t.same(cut, ['a', 'b']);
});

t.test('streams: those of an instance on its way out are closed over a time, once', async (t) => {
  const { clock, streams, cut, open } = setUp();
  const { signal } = new AbortController();
  open('a');
  open('b');
  open('c', { instanceId: 'b2' });
  streams.leave(new Set(['b1']), 1000, signal);
  streams.leave(new Set(['b1']), 1000, signal);
  t.same(cut, ['a']);
  await clock.advance(1000);
  t.same(cut, ['a', 'b']);
});
