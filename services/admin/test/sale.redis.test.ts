import { randomUUID } from 'node:crypto';
import { checkLaws } from '@fairline/shared/test/laws/laws.ts';
import { startTestRedis } from '@fairline/shared/testing/redis-server.ts';
import t from 'tap';
import type { NewSaleAnswer, SaleAnswer } from '../contract/sale.ts';
import type { VisitorAnswer } from '../contract/visitor.ts';
import { buildAdmin } from './build-admin.ts';

t.test('sale', async (t) => {
  const server = await startTestRedis(t);
  const admin = await buildAdmin(t, server);
  const { api, stores, redis, keys } = admin;
  const { line, settings, sales } = stores;
  const begin = (json: object) => api<NewSaleAnswer & { code: string }>('sale', { method: 'POST', json });
  const ids = Array.from({ length: 4 }, () => randomUUID());
  const [buyer = '', holder = ''] = ids;

  async function settle(): Promise<void> {
    const { seq } = await line.readProgress();
    while (admin.turns.lastSeq() < seq) await new Promise((resolve) => setTimeout(resolve, 5));
    await admin.following.flush();
  }

  await redis.hset(keys.gate, { open: 1, atMs: Date.now() + 3_600_000 });
  await settings.save({ maxBooking: '2' });
  await line.join(ids.map((visitorId) => ({ visitorId, again: false })));
  await line.renew([buyer]);
  await line.confirm(buyer, JSON.stringify({ id: 'FL-1' }));
  await settle();

  await t.test(
    'sale: begins only when closed, by the name of the event, and when it is said what becomes of places',
    async (t) => {
      t.match(await begin({ event: 'default', epoch: 0, endPlaces: false }), {
        status: 409,
        body: { code: 'SALE_NOT_CLOSED' },
      });
      await settings.save({ admissions: 'closed' });
      t.match((await api<SaleAnswer>('sale')).body, {
        ...{ event: 'default', epoch: 0, isPossible: true, waiting: 2, booked: 1, confirmed: 1, archives: [] },
      });
      await api('orders.csv');
      t.match((await api<SaleAnswer>('sale')).body.taken, { orders: { who: 'token:operator' }, journeys: null });
      t.match(await begin({ event: 'gala', epoch: 0, endPlaces: true }), { status: 400, body: { code: 'SALE_NAME' } });
      t.match(await begin({ event: 'default', epoch: 7, endPlaces: true }), {
        status: 409,
        body: { code: 'SALE_CHANGED' },
      });
      t.match(await begin({ event: 'default', epoch: 0, endPlaces: false }), {
        status: 409,
        body: { code: 'SALE_PLACES_HELD' },
      });
      t.match(await line.readStanding(holder), { kind: 'booked' }, 'nothing was touched');
    },
  );

  await t.test('sale: the old one is kept whole, the new one begins with nobody and number 1', async (t) => {
    const before = await line.readProgress();
    t.match(await begin({ event: 'default', epoch: 0, endPlaces: true }), {
      status: 200,
      body: { sale: 1, epoch: 1, orders: 1, journeys: 4, archivedKeys: (await redis.keys('booking:archive:*')).length },
    });
    const after = await line.readProgress();
    t.match(after, { epoch: 1, tail: 0, head: 0, queued: 0, booked: 0, orders: 0, seq: before.seq + 1 });
    t.equal(after.runId, before.runId, 'joins need no new approval');
    t.same(await checkLaws(redis, keys), []);
    t.match(await redis.lrange('booking:archive:1:queue:list', 0, -1), ids.slice(2));
    t.same(await redis.smembers('booking:archive:1:booked:set'), [holder]);
    t.match((await api<SaleAnswer>('sale')).body.archives, [
      { sale: 1, who: 'token:operator', confirmed: 1, waiting: 2, booked: 1, journeys: 4 },
    ]);
    t.same((await api<SaleAnswer>('sale')).body.taken, { orders: null, journeys: null }, 'of the new sale');
    t.match((await admin.audit.readLatest(1))[0], {
      what: 'sale',
      subject: '1',
      before: { epoch: '0' },
      after: { epoch: '1' },
    });
    await settings.save({ admissions: 'open' });
    t.match(
      await line.join([{ visitorId: buyer, again: false }]),
      [{ kind: 'booked', number: 1 }],
      'buys again, in a new sale',
    );
    await settle();
    t.match((await api<VisitorAnswer>(`visitors/${buyer}`)).body.journey, { number: 1, outcome: null, admissions: 1 });
  });

  await t.test('sale: whoever asks again after a lost answer begins no second one', async (t) => {
    await settings.save({ admissions: 'closed' });
    t.match(await begin({ event: 'default', epoch: 0, endPlaces: true }), {
      status: 409,
      body: { code: 'SALE_CHANGED' },
    });
    t.match(await line.readStanding(buyer), { kind: 'booked', number: 1 });
    t.equal((await sales.list()).length, 1);
  });

  await t.test('sale: turns of the old sale that come late do not get into the new one', async (t) => {
    const late = {
      ...{ visitorId: holder, number: 2, joinedAtMs: 1, admittedAtMs: 2, claimedAtMs: null, endedAtMs: 3 },
      ...{ admissions: 1, outcome: 'expired' as const },
    };
    t.equal(await stores.journeys.note(0, [late]), false);
    t.equal(await stores.journeys.find({ number: 2 }), null);
  });

  await t.test('sale: what is kept is there to take home, until somebody drops it', async (t) => {
    const orders = await api('sales/1/orders.csv');
    t.match(orders.text, new RegExp(`${buyer},FL-1`));
    const journeys = await api('sales/1/journeys.csv');
    t.equal(journeys.text.trim().split('\r\n').length, 5, 'all four, each once');
    t.equal((await api('sales/2/orders.csv')).status, 404);
    const wrong = await api('sales/1', { method: 'DELETE', json: { sale: '2' } });
    t.equal(wrong.status, 400);
    // As if the process had died in the middle of it.
    await redis.unlink('booking:archive:1:tickets', 'booking:archive:1:queue:list');
    t.equal((await api('sales/1', { method: 'DELETE', json: { sale: '1' } })).status, 200);
    t.same(await redis.keys('booking:archive*'), []);
    t.equal((await api('sales/1', { method: 'DELETE', json: { sale: '1' } })).status, 404);
  });

  await t.test('sale: the next one never takes the place of one that is kept', async (t) => {
    await redis.hset('booking:archive:2:confirmed', 'x', '{}');
    t.match(await begin({ event: 'default', epoch: 1, endPlaces: true }), {
      status: 409,
      body: { code: 'SALE_CHANGED' },
    });
    t.match(await line.readProgress(), { epoch: 1, booked: 1 });
  });
});
