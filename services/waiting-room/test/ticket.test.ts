import { createTicketCookies } from '@fairline/shared/ticket-cookie.ts';
import t from 'tap';
import { createVisitorTickets } from '../ticket/visitor-ticket.ts';

const cookies = createTicketCookies({ secrets: ['t'.repeat(32)] });
const tickets = createVisitorTickets({ cookies, event: 'default' });
const pairOf = (setCookie: string) => setCookie.split(';')[0] ?? '';

t.test('ticket: what was given is read back, among other cookies', async (t) => {
  const given = tickets.give('visitor-1', { epoch: 2, number: 17 }, false);
  t.equal(given.replace(/=[^;]+/, '=…'), 'visitor_ticket=…; Max-Age=86400; Path=/; HttpOnly; SameSite=Lax');
  const header = `theme=dark; ${pairOf(given)}; other=1`;
  t.same(tickets.read(header, 'visitor-1'), { event: 'default', epoch: 2, number: 17 });
  t.equal(tickets.read(header, 'visitor-2'), undefined, 'worth nothing to anyone else');
});

t.test('ticket: Secure when the visitor came by https; cleared by an empty one', async (t) => {
  t.match(tickets.give('visitor-1', { epoch: 0, number: 1 }, true), /; Secure$/);
  t.equal(tickets.clear(true), 'visitor_ticket=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure');
});

t.test('ticket: of another event or another secret is no ticket', async (t) => {
  const other = createVisitorTickets({ cookies, event: 'other' });
  t.equal(tickets.read(pairOf(other.give('v', { epoch: 0, number: 1 }, false)), 'v'), undefined);
  const forged = createVisitorTickets({
    cookies: createTicketCookies({ secrets: ['x'.repeat(32)] }),
    event: 'default',
  });
  t.equal(tickets.read(pairOf(forged.give('v', { epoch: 0, number: 1 }, false)), 'v'), undefined);
});

t.test('ticket: malformed, oversized and repeated cookies are harmless; the genuine one counts', async (t) => {
  const genuine = pairOf(tickets.give('v', { epoch: 0, number: 9 }, false));
  for (const header of [
    undefined,
    '',
    ';;;',
    'visitor_ticket',
    'visitor_ticket=',
    'visitor_ticket=t1.default.0.1.',
    `visitor_ticket=${'a'.repeat(100_000)}`,
    'visitor_ticket=\u0000\uffff',
    genuine.replace('.9.', '.1.'),
    `${genuine}x`,
  ]) {
    t.equal(tickets.read(header, 'v'), undefined);
  }
  t.match(tickets.read(`visitor_ticket=junk; ${genuine}`, 'v'), { number: 9 });
  t.match(tickets.read(genuine.replace('=', '="').concat('"'), 'v'), { number: 9 });
});
