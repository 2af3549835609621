import t from 'tap';
import { canJoin, isFromForm } from '../visits/read-visit.ts';

t.test('visit: only a navigation joins', async (t) => {
  t.equal(canJoin('GET', {}), true, 'a browser or program that does not say');
  t.equal(canJoin('GET', { 'sec-fetch-mode': 'navigate' }), true);
  t.equal(canJoin('GET', { 'sec-fetch-mode': 'cors' }), false);
  t.equal(canJoin('GET', { 'sec-fetch-mode': 'no-cors' }), false);
  t.equal(canJoin('HEAD', {}), false);
  t.equal(canJoin('GET', { 'sec-fetch-mode': 'navigate', 'sec-purpose': 'prefetch;prerender' }), false);
  t.equal(canJoin('GET', { purpose: 'prefetch' }), false);
});

t.test('visit: a form wants a page, a program wants JSON', async (t) => {
  const form = 'application/x-www-form-urlencoded';
  t.equal(isFromForm({ accept: 'text/html,*/*;q=0.8', 'content-type': form }), true);
  t.equal(isFromForm({ 'content-type': form }), true);
  t.equal(isFromForm({ accept: 'application/json', 'content-type': form }), false);
  t.equal(isFromForm({ accept: '*/*' }), false);
  t.equal(isFromForm({}), false);
});
