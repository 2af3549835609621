import t from 'tap';
import { buildRequestHeaders } from '../proxy/request-headers.ts';
import { buildResponseHeaders } from '../proxy/response-headers.ts';

function cookiesFor(room: 'booking' | 'waiting-room', isStatic: boolean, cookie: string): string | undefined {
  const headers = buildRequestHeaders({
    rawHeaders: ['Host', 'shop.example', 'Cookie', cookie],
    room,
    isStatic,
    origin: {
      address: '192.0.2.1',
      proto: 'https',
      host: 'shop.example',
      forwardedFor: '192.0.2.1',
    },
    requestId: 'r1',
    gatewayId: 'g1',
    httpVersion: '1.1',
    identity: 'identity',
    hasNoCapacity: false,
    hasBody: false,
  });
  const index = headers.findIndex((name) => name.toLowerCase() === 'cookie');
  return index === -1 ? undefined : headers[index + 1];
}

const ours = 'visitor_id=a.b; visitor_ticket=c; fairline_operator=d';

t.test('cookies on the way to a site of others: its own pass, ours do not', async (t) => {
  t.equal(cookiesFor('booking', true, `session=1; ${ours}; cart="2 3"`), 'session=1; cart="2 3"');
  t.equal(cookiesFor('booking', true, ours), undefined);
  t.equal(cookiesFor('booking', true, 'visitor_id_of_site=1'), 'visitor_id_of_site=1');
  t.equal(cookiesFor('booking', false, `session=1; ${ours}`), undefined, 'our own booking gets none');
  t.equal(cookiesFor('waiting-room', false, ours), 'visitor_ticket=c; fairline_operator=d');
});

t.test('answers of a site of others: no word about places is believed, no cookie of ours is set', async (t) => {
  const facts = {
    rawHeaders: [
      ...['X-Fairline-Booked', '9;inf', 'X-Fairline-Released', '9'],
      ...['Set-Cookie', 'visitor_id=x', 'Set-Cookie', 'visitor_ticket=x', 'Set-Cookie', 'fairline_operator=x'],
      ...['Set-Cookie', 'session=1; Path=/'],
    ],
    requestId: 'r1',
    setCookie: undefined,
    isProtected: false,
    connection: undefined,
    takesTrailers: false,
  };
  const fromSite = buildResponseHeaders({ ...facts, isStatic: true });
  t.match(fromSite, { booked: undefined, released: undefined });
  t.same(
    fromSite.headers.filter((_, index) => fromSite.headers[index - 1] === 'Set-Cookie'),
    ['session=1; Path=/'],
  );
  t.notMatch(fromSite.headers.join(), /x-fairline/i);
  const fromOurs = buildResponseHeaders(facts);
  t.match(fromOurs, { booked: '9;inf', released: '9' });
  t.match(fromOurs.headers.join(), /visitor_ticket=x/);
});
