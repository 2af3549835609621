import t from 'tap';
import { isSameOrigin } from '../operators/same-origin.ts';

t.test('same origin: by what browsers say', async (t) => {
  const is = (origin: string | undefined, fetchSite?: string) =>
    isSameOrigin({ origin, fetchSite, host: 'tickets.example' });
  t.ok(is('https://tickets.example', 'same-origin'));
  t.ok(is('https://tickets.example'));
  t.ok(is('https://tickets.example:443'));
  t.ok(is(undefined), 'no browser');
  t.notOk(is('https://evil.example'));
  t.notOk(is('https://tickets.example:8443'));
  t.notOk(is('null'));
  t.notOk(is('https://tickets.example', 'cross-site'));
  t.notOk(is('https://tickets.example', 'same-site'));
});
