import { randomUUID } from 'node:crypto';
import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import { openRoom, readEvents, type ServerSentEvent } from './waiting-room-setup.ts';

const server = await startTestRedis(t);

async function next(events: AsyncGenerator<ServerSentEvent>): Promise<ServerSentEvent> {
  const result = await events.next();
  if (result.done) throw new Error('the stream ended');
  return result.value;
}

async function nextNamed(events: AsyncGenerator<ServerSentEvent>, isIt: (event: ServerSentEvent) => boolean) {
  for (;;) {
    const event = await next(events);
    if (isIt(event)) return event;
  }
}

t.test('events: a status first, admitted the moment the place is given', async (t) => {
  const room = await openRoom(t, server);
  const first = room.openVisitor();
  await first.page();
  const visitor = room.openVisitor();
  await visitor.page();
  const response = await visitor.visit('/queue/events');
  t.match(response.headers.get('content-type'), 'text/event-stream');
  t.match(response.headers.get('cache-control'), 'no-store');
  const events = readEvents(response);
  const status = await next(events);
  t.match(status, { event: 'status', data: { status: 'waiting', position: 1 } });
  await first.leave();
  await room.tick();
  await room.admit();
  const admitted = await nextNamed(events, (event) => event.event === 'admitted');
  t.match(admitted.data, { status: 'booked', number: 2, leaseEndsAt: /^20/ });
  t.ok(Number(admitted.id) > Number(status.id));
  await events.return(undefined);
});

t.test('events: messages, pauses and the end of a turn are told at once', async (t) => {
  const room = await openRoom(t, server, { settings: { maxBooking: '0' } });
  const visitor = room.openVisitor();
  await visitor.page();
  const events = readEvents(await visitor.visit('/queue/events'));
  await next(events);
  await room.settingsStore.save({ message: 'Hello', admissions: 'paused' });
  await nextNamed(events, (event) => event.data.status === 'paused' && event.data.message === 'Hello');
  await room.line.revoke(visitor.id);
  const ended = await nextNamed(events, (event) => event.event === 'outcome');
  t.match(ended.data, { status: 'revoked', number: 1 });
  await events.return(undefined);
});

t.test('events: someone booked already hears so on opening', async (t) => {
  const room = await openRoom(t, server);
  const visitor = room.openVisitor();
  await visitor.page();
  const events = readEvents(await visitor.visit('/queue/events'));
  t.match(await next(events), { event: 'admitted', data: { status: 'booked' } });
  await events.return(undefined);
});

t.test('events: who comes back hears what was missed, and nothing older than what was heard before', async (t) => {
  const room = await openRoom(t, server, { settings: { maxBooking: '0' } });
  const [one, other] = [room.openVisitor(), room.openVisitor()];
  await one.page();
  await other.page();
  const before = readEvents(await one.visit('/queue/events'));
  const { id } = await next(before);
  await before.return(undefined);
  await room.line.revoke(one.id);
  const after = readEvents(await one.visit('/queue/events', { headers: { 'last-event-id': id } }));
  const missed = await next(after);
  t.match(missed, { event: 'outcome', data: { status: 'revoked' } });
  await after.return(undefined);

  const ahead = Number(missed.id) + 1;
  const events = readEvents(await other.visit('/queue/events', { headers: { 'last-event-id': String(ahead) } }));
  const first = next(events);
  await room.settingsStore.save({ message: 'Hello' });
  t.ok(Number((await first).id) >= ahead, 'this room had to catch up first');
  await events.return(undefined);
});

t.test('events: those far from the front are told to poll, unless all may listen', async (t) => {
  for (const streamsFor of ['front', 'all'] as const) {
    const room = await openRoom(t, server, { settings: { maxBooking: '0' }, streamsFor });
    await room.line.join(Array.from({ length: 1000 }, () => ({ visitorId: randomUUID(), again: false })));
    const visitor = room.openVisitor();
    await visitor.page();
    const response = await visitor.visit('/queue/events');
    t.equal(response.status, streamsFor === 'all' ? 200 : 204);
    await response.body?.cancel();
  }
});

t.test('events: bounded in a process and for a visitor; a stream that ends makes room', async (t) => {
  const room = await openRoom(t, server, { settings: { maxBooking: '0' }, mostStreams: 2 });
  const visitor = room.openVisitor();
  const first = await visitor.visit('/queue/events');
  const second = await visitor.visit('/queue/events');
  const third = await visitor.visit('/queue/events');
  t.equal(third.status, 503);
  t.match(await third.json(), { code: 'TRY_AGAIN' });
  await first.body?.cancel();
  let again = await visitor.visit('/queue/events');
  while (again.status !== 200) again = await visitor.visit('/queue/events');
  await again.body?.cancel();
  await second.body?.cancel();
});

t.test('events: a closing room ends its streams and spreads the return', async (t) => {
  const room = await openRoom(t, server, { settings: { maxBooking: '0' } });
  const response = await room.openVisitor().visit('/queue/events');
  const closed = room.app.close();
  const text = await response.text();
  await closed;
  const waits = [...text.matchAll(/retry: (\d+)/g)].map((match) => Number(match[1]));
  t.equal(waits.length, 2);
  t.ok(waits.every((ms) => ms >= 1000 && ms <= 10_000));
  t.equal(room.hub.count(), 0);
});

t.end();
