import fc from 'fast-check';
import t from 'tap';
import { createTicketCookies } from '../ticket-cookie.ts';

const oldSecret = 'o'.repeat(32);
const newSecret = 'n'.repeat(32);
const tickets = createTicketCookies({ secrets: [newSecret, oldSecret] });
const visitorId = '6f1c1c60-8f0e-4b6e-9d52-0a9c3f3c2a11';
const ticket = { visitorId, event: 'big-sale', epoch: 2, number: 5678 };
const value = tickets.sign(ticket);

t.test('ticket cookie: verifies for its visitor', async (t) => {
  t.same(tickets.verify(value, visitorId), { event: 'big-sale', epoch: 2, number: 5678 });
  const old = createTicketCookies({ secrets: [oldSecret] }).sign(ticket);
  t.same(tickets.verify(old, visitorId), { event: 'big-sale', epoch: 2, number: 5678 }, 'also with an older secret');
});

t.test("ticket cookie: is worth nothing to another visitor, or with another's secret", async (t) => {
  t.equal(tickets.verify(value, '6f1c1c60-8f0e-4b6e-9d52-0a9c3f3c2a12'), undefined);
  t.equal(createTicketCookies({ secrets: ['x'.repeat(32)] }).verify(value, visitorId), undefined);
});

t.test('ticket cookie: a changed number, event or epoch is refused', async (t) => {
  const [, , , , signature] = value.split('.');
  for (const text of [
    undefined,
    '',
    value.replace('.5678.', '.1.'),
    value.replace('.5678.', '.05678.'),
    value.replace('big-sale', 'default'),
    value.replace('.2.', '.3.'),
    `t1.big-sale.2.5678.${visitorId}.${signature}`,
    value.padEnd(193, 'x'),
  ]) {
    t.equal(tickets.verify(text, visitorId), undefined, String(text));
  }
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => tickets.verify(text, visitorId) === undefined));
});

t.test('ticket cookie: only real tickets are signed', async (t) => {
  t.throws(() => tickets.sign({ ...ticket, number: 0 }), TypeError);
  t.throws(() => tickets.sign({ ...ticket, number: 1.5 }), TypeError);
  t.throws(() => tickets.sign({ ...ticket, epoch: -1 }), TypeError);
  t.throws(() => tickets.sign({ ...ticket, event: 'a.b' }), TypeError);
});
