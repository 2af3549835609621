import t from 'tap';
import { createOrder, createOrderId, orderAlphabet, parseOrder } from '../orders/order.ts';
import { catalogue } from './sample-catalogue.ts';

t.test('order id: three groups of four letters and digits that nobody mistakes for one another', async (t) => {
  t.notMatch(orderAlphabet, /[01258BILOSUVZ]/);
  t.equal(new Set(orderAlphabet).size, orderAlphabet.length);
  for (let count = 0; count < 1000; count += 1) {
    t.match(createOrderId(Math.random), new RegExp(`^FL(-[${orderAlphabet}]{4}){3}$`));
  }
});

t.test('order id: every letter is used, also at the ends of the range of random', async (t) => {
  t.equal(
    createOrderId(() => 0),
    `FL-${[4, 4, 4].map((length) => orderAlphabet[0]?.repeat(length)).join('-')}`,
  );
  t.match(
    createOrderId(() => 1 - Number.EPSILON),
    new RegExp(`^FL(-${orderAlphabet.at(-1)}{4}){3}$`),
  );
});

t.test('order: bears what was chosen at the price of the day, and survives the way through Redis', async (t) => {
  const choice = { section: 'loge', tickets: 3 };
  const nowMs = Date.UTC(2026, 10, 22, 9);
  const order = createOrder({ event: 'default', choice, catalogue, nowMs, random: () => 0.5 });
  t.match(order, { event: 'default', section: 'loge', tickets: 3, total: 420_000, currency: 'KRW' });
  t.equal(order.createdAt, '2026-11-22T09:00:00.000Z');
  t.same(parseOrder(JSON.stringify(order)), order);
});

t.test('order: what is none is not taken for one', async (t) => {
  for (const text of ['', '{', 'null', '[]', '{"id":"FL-1"}', '"FL-7K3M"']) t.equal(parseOrder(text), undefined, text);
});
