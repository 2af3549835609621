import t from 'tap';
import { ask, createVisitor, identityIn, startGateway, startUpstream, upstreamAt } from './start-gateway.ts';

async function build(t: Parameters<typeof startUpstream>[0], bookingStatus = 200) {
  const waiting = await startUpstream(t, 'waiting-room', (request, response) => {
    if (request.headers['x-fairline-no-capacity']) return response.writeHead(503).end('no capacity');
    if (request.url === '/queue/leave') return response.setHeader('x-fairline-released', '9').end('left');
    return response.setHeader('x-fairline-booked', '7;inf').end(request.method === 'POST' ? '{"status":"booked"}' : '');
  });
  const booking = await startUpstream(t, 'booking', (_request, response) => {
    response.writeHead(bookingStatus).end('seats');
  });
  const gateway = await startGateway(t, {
    booking: [upstreamAt('booking', booking)],
    'waiting-room': [upstreamAt('waiting-room', waiting)],
  });
  return { waiting, booking, ...gateway };
}

t.test('hand-over: whoever is found booked gets the page of booking at once', async (t) => {
  const { port, waiting, booking, bookedCopy, activity } = await build(t);
  const { visitorId, cookie } = createVisitor();
  const answer = await ask(port, '/ticketing?a=1', { headers: { cookie } });
  t.match(answer, { status: 200, body: 'seats', headers: { 'x-fairline-booked': undefined } });
  const [seen] = booking.seen;
  if (!seen) return t.fail('booking was not asked');
  t.match(seen, { method: 'GET', url: '/ticketing?a=1' });
  t.match(identityIn(seen), { visitorId, isBooked: true });
  t.ok(bookedCopy.get(visitorId));
  t.same(activity.used, [visitorId], 'the place is claimed');
  await ask(port, '/ticketing', { headers: { cookie } });
  t.equal(waiting.seen.length, 1, 'from now on the copy knows');
});

t.test('hand-over: an answer to a form passes, the note in it counts', async (t) => {
  const { port, bookedCopy, booking } = await build(t);
  const { visitorId, cookie } = createVisitor();
  const answer = await ask(port, '/apply', { method: 'POST', headers: { cookie } });
  t.match(answer, { status: 200, body: '{"status":"booked"}', headers: { 'x-fairline-booked': undefined } });
  t.ok(bookedCopy.get(visitorId));
  t.equal(booking.seen.length, 0);
});

t.test('hand-over: refused by booking as well: try again, not a third time', async (t) => {
  const { port, waiting, booking } = await build(t, 403);
  const { cookie } = createVisitor();
  const json = await ask(port, '/ticketing', { headers: { cookie, accept: 'application/json' } });
  t.match(json, { status: 503, body: /"code":"TRY_AGAIN"/, headers: { 'retry-after': '1' } });
  t.same([waiting.seen.length, booking.seen.length], [1, 1]);
});

t.test('hand-over: booking gone meanwhile: the place is kept and the page says so', async (t) => {
  const { port, state, waiting, bookedCopy } = await build(t);
  state.upstreams = { ...state.upstreams, booking: [] };
  const { visitorId, cookie } = createVisitor();
  const answer = await ask(port, '/ticketing', { headers: { cookie } });
  t.match(answer, { status: 503, body: 'no capacity' });
  t.ok(bookedCopy.get(visitorId));
  t.equal(waiting.seen.length, 2);
  const call = await ask(port, '/api/booking', { headers: { cookie } });
  t.match(call, { status: 503, body: /"code":"NO_CAPACITY"/, headers: { 'retry-after': '5' } });
});

t.test('hand-over: a release counts at once, whoever tells it', async (t) => {
  const { port, bookedCopy } = await build(t);
  const { visitorId, cookie } = createVisitor();
  bookedCopy.apply(3, [visitorId], true);
  t.equal((await ask(port, '/queue/leave', { method: 'POST', headers: { cookie } })).body, 'left');
  t.equal(bookedCopy.get(visitorId), undefined);
});

t.test('hand-over: a copy that is behind sends those without a place to the waiting-room, unseen', async (t) => {
  const waiting = await startUpstream(t, 'line');
  const booking = await startUpstream(t, 'booking', (request, response) => {
    if (request.url === '/ticketing') response.setHeader('x-fairline-released', '9');
    response.writeHead(409).end('refused');
  });
  const { bookedCopy, port } = await startGateway(t, {
    booking: [upstreamAt('booking', booking)],
    'waiting-room': [upstreamAt('waiting-room', waiting)],
  });
  const { visitorId, cookie } = createVisitor();
  bookedCopy.apply(1, [visitorId], true);
  const own = await ask(port, '/ticketing/vip', { headers: { cookie } });
  t.match(own, { status: 409, body: 'refused' }, 'a refusal for reasons of its own passes');
  const answer = await ask(port, '/ticketing', { headers: { cookie } });
  t.match(answer, { status: 200, body: 'line' });
  const [seen] = waiting.seen;
  if (!seen) return t.fail('the waiting-room was not asked');
  t.match(identityIn(seen), { isBooked: false });
});

t.test('hand-over: notes from other rooms and from nobody in particular are not believed', async (t) => {
  const open = await startUpstream(t, 'booking', (_request, response) =>
    response.setHeader('x-fairline-booked', '7;inf').end('x'),
  );
  const { port, bookedCopy, state } = await startGateway(t, { booking: [upstreamAt('booking', open)] });
  const { visitorId, cookie } = createVisitor();
  await ask(port, '/', { headers: { cookie } });
  t.equal(bookedCopy.get(visitorId), undefined);
  const odd = await startUpstream(t, 'waiting-room', (_request, response) =>
    response.setHeader('x-fairline-booked', '7; drop table').end('waiting'),
  );
  state.upstreams = { ...state.upstreams, 'waiting-room': [upstreamAt('waiting-room', odd)] };
  t.equal((await ask(port, '/ticketing', { headers: { cookie } })).body, 'waiting');
  t.equal(bookedCopy.get(visitorId), undefined);
});
