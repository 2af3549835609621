import { releasedHeader } from '@fairline/shared/contracts/internal-headers.ts';
import t from 'tap';
import { identityOf, startSale, stateOf } from './booking-setup.ts';

t.test('booking: see, choose, confirm, and the order stays', async (t) => {
  const sale = await startSale(t);
  await sale.admit('ada');
  const ada = identityOf('ada');

  const before = await stateOf(await sale.get('/api/booking', ada));
  t.match(before, { status: 'booked', choice: null, order: null, leaseEndsAt: String, updatedAt: String });
  t.equal(Date.parse(before.leaseEndsAt ?? '') - Date.parse(before.updatedAt), 600_000);

  const chosen = await sale.post('/api/booking/choice', ada, { section: 'loge', tickets: 2 });
  t.equal(chosen.status, 200);
  t.match(await chosen.json(), { status: 'booked', choice: { section: 'loge', tickets: 2 } });
  t.same((await sale.visitors.read('ada'))?.session, { 'choice:default': '{"section":"loge","tickets":2}' });
  t.match(await (await sale.get('/ticketing', ada)).text(), /value="loge"[^>]* checked/);

  const confirmed = await sale.post('/api/booking/confirm', ada);
  t.equal(confirmed.status, 200);
  t.match(confirmed.headers.get(releasedHeader), /^\d+$/);
  const { status, order } = await stateOf(confirmed);
  t.equal(status, 'confirmed');
  t.match(order, { id: /^FL(-[3-9A-Y]{4}){3}$/, section: 'loge', tickets: 2, total: 280_000, event: 'default' });

  const after = await sale.get('/api/booking', ada);
  t.match(await after.json(), { status: 'confirmed', leaseEndsAt: null, order });
  t.match(after.headers.get(releasedHeader), /^\d+$/, 'the gateway still held her for booked');
  const page = await (await sale.get('/order', identityOf('ada', false))).text();
  t.match(page, order?.id);
});

t.test('confirm: twice gives the same order, also at once and with another choice', async (t) => {
  const sale = await startSale(t);
  await sale.admit('ada');
  const bodies = [{ section: 'loge', tickets: 2 }, { section: 'gallery', tickets: 4 }, undefined, undefined];
  const answers = await Promise.all(bodies.map((body) => sale.post('/api/booking/confirm', identityOf('ada'), body)));
  t.same(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  const orders = await Promise.all(answers.map(async (answer) => (await stateOf(answer)).order?.id));
  const again = await sale.post('/api/booking/confirm', identityOf('ada', false));
  t.equal(again.status, 200);
  t.match(again.headers.get(releasedHeader), /^\d+$/);
  t.equal(new Set([...orders, (await stateOf(again)).order?.id]).size, 1);
  t.equal((await sale.line.readProgress()).orders, 1);
});

t.test(
  'confirm: without a choice orders what the catalogue proposes, with a choice in the body that one',
  async (t) => {
    const sale = await startSale(t);
    await sale.admit('ada', 'ben', 'cho');
    t.match(await (await sale.post('/api/booking/confirm', identityOf('ada'))).json(), {
      order: { section: 'parterre', tickets: 1 },
    });
    await sale.post('/api/booking/choice', identityOf('ben'), { section: 'loge', tickets: 2 });
    t.match(
      await (await sale.post('/api/booking/confirm', identityOf('ben'), { section: 'balcony', tickets: 3 })).json(),
      {
        order: { section: 'balcony', tickets: 3 },
      },
    );
    await sale.post('/api/booking/choice', identityOf('cho'), { section: 'loge', tickets: 2 });
    t.match(await (await sale.post('/api/booking/confirm', identityOf('cho'), {})).json(), {
      order: { section: 'loge', tickets: 2 },
    });
  },
);

t.test('confirm: after the end of the place', async (t) => {
  const sale = await startSale(t);
  await sale.admit('ada');
  await sale.expire('ada');
  for (const path of ['/api/booking/confirm', '/api/booking/cancel']) {
    const response = await sale.post(path, identityOf('ada'));
    t.equal(response.status, 409, path);
    t.match(await response.json(), { code: 'PLACE_ENDED' });
  }
  const choice = await sale.post('/api/booking/choice', identityOf('ada'), { section: 'loge', tickets: 2 });
  t.equal(choice.status, 409);
  t.match(choice.headers.get(releasedHeader), /^\d+$/);
  t.match(await (await sale.get('/api/booking', identityOf('ada'))).json(), { status: 'expired', leaseEndsAt: null });
});

t.test('confirm: after the last ticket', async (t) => {
  const sale = await startSale(t);
  await sale.admit('ada', 'ben');
  await sale.set({ ticketStock: '1' });
  t.equal((await sale.post('/api/booking/confirm', identityOf('ada'))).status, 200);
  const late = await sale.post('/api/booking/confirm', identityOf('ben'));
  t.equal(late.status, 409);
  t.match(await late.json(), { code: 'SOLD_OUT' });
  t.equal((await sale.post('/api/booking/confirm', identityOf('ada'))).status, 200, 'an order that was made stays');
  const page = await sale.submit('/api/booking/confirm', identityOf('ben'));
  t.equal(page.status, 409);
  t.match(await page.text(), /Sold out[\s\S]*href="\/"/);
  await sale.set({ ticketStock: '2' });
  t.equal((await sale.post('/api/booking/confirm', identityOf('ben'))).status, 200, 'raising the stock goes on');
});

t.test('confirm, choose, give back: never booked, whatever the gateway says', async (t) => {
  const sale = await startSale(t, {});
  await sale.admit('ada');
  await sale.set({ maxBooking: '1' });
  await sale.line.join([{ visitorId: 'ben', again: true }]);
  for (const visitor of ['ben', 'nobody']) {
    for (const isBooked of [true, false]) {
      for (const path of ['/api/booking/confirm', '/api/booking/cancel', '/api/booking/choice']) {
        const body = path.endsWith('choice') ? { section: 'loge', tickets: 1 } : undefined;
        const response = await sale.post(path, identityOf(visitor, isBooked), body);
        t.equal(response.status, 403, `${visitor} ${path}`);
        t.match(await response.json(), { code: 'NOT_BOOKED' });
      }
    }
  }
  t.match(await (await sale.get('/api/booking', identityOf('ben', false))).json(), { status: 'waiting' });
  t.match(await (await sale.get('/api/booking', identityOf('nobody', false))).json(), { status: 'none' });
});

t.test('confirm: booked, although the gateway has not heard of it yet', async (t) => {
  const sale = await startSale(t);
  await sale.admit('ada');
  t.equal((await sale.post('/api/booking/confirm', identityOf('ada', false))).status, 200);
});

t.test('give back: frees the place, twice is the same, and an order cannot be given back', async (t) => {
  const sale = await startSale(t);
  await sale.admit('ada', 'ben');
  for (const time of ['first', 'second']) {
    const response = await sale.post('/api/booking/cancel', identityOf('ada'));
    t.equal(response.status, 200, time);
    t.match(response.headers.get(releasedHeader), /^\d+$/);
    t.match(await response.json(), { status: 'left', order: null });
  }
  t.equal((await sale.line.readProgress()).booked, 1);
  const { order } = await stateOf(await sale.post('/api/booking/confirm', identityOf('ben')));
  const kept = await sale.post('/api/booking/cancel', identityOf('ben'));
  t.equal(kept.status, 200);
  t.match(await kept.json(), { status: 'confirmed', order: { id: order?.id } });
});

t.test('forms: confirm leads to the order, give back to the front page, choosing back to the tickets', async (t) => {
  const sale = await startSale(t);
  await sale.admit('ada', 'ben');
  const choice = { section: 'loge', tickets: '3' };
  const kept = await sale.submit('/api/booking/choice', identityOf('ada'), choice);
  t.equal(kept.status, 303);
  t.equal(kept.headers.get('location'), '/ticketing');
  const page = await (await sale.get('/ticketing', { ...identityOf('ada'), accept: 'text/html' })).text();
  t.match(page, /<output data-total>₩420,000</);

  const confirmed = await sale.submit('/api/booking/confirm', identityOf('ada'), choice);
  t.equal(confirmed.status, 303);
  t.equal(confirmed.headers.get('location'), '/order');
  t.equal(confirmed.headers.get('cache-control'), 'private, no-store');
  t.match(confirmed.headers.get(releasedHeader), /^\d+$/);
  t.match(await (await sale.get('/order', { ...identityOf('ada'), accept: 'text/html' })).text(), /data-order-id="FL-/);

  const cancelled = await sale.submit('/api/booking/cancel', identityOf('ben'));
  t.equal(cancelled.status, 303);
  t.equal(cancelled.headers.get('location'), '/?notice=given-back');
  const late = await sale.submit('/api/booking/confirm', identityOf('ben'));
  t.equal(late.status, 409);
  t.match(await late.text(), /Your place has ended[\s\S]*href="\/ticketing"/);
});

t.test('lease: kept for good with leaseMinutes 0', async (t) => {
  const sale = await startSale(t);
  await sale.set({ leaseMinutes: '0' });
  await sale.admit('ada');
  t.match(await (await sale.get('/api/booking', identityOf('ada'))).json(), { status: 'booked', leaseEndsAt: null });
  t.match(await (await sale.get('/ticketing', identityOf('ada'))).text(), 'Take your time');
});

t.test('Redis: away and back again, the API says so and goes on, and a confirm repeated is safe', async (t) => {
  const sale = await startSale(t);
  await sale.admit('ada');
  await sale.post('/api/booking/choice', identityOf('ada'), { section: 'loge', tickets: 2 });
  await sale.redis.stop();
  const away = await sale.post('/api/booking/confirm', identityOf('ada'));
  t.equal(away.status, 503);
  t.match(await away.json(), { code: 'REDIS_UNAVAILABLE' });
  const page = await sale.submit('/api/booking/confirm', identityOf('ada'));
  t.match(await page.text(), /briefly busy[\s\S]*href="\/ticketing"/);
  t.equal((await sale.get('/ticketing', identityOf('ada'))).status, 200);
  await sale.redis.start();
  let status = 503;
  while (status === 503) status = (await sale.post('/api/booking/confirm', identityOf('ada'))).status;
  t.equal(status, 200);
});
