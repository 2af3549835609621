import type { RequestKind } from '../../load/plan.ts';

/** Where the junk comes from: another address of this machine than that of the admitted. */
export const junkAddress = '127.0.0.66';

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'sec-fetch-mode': 'navigate' };

/** What a crude flood sends: pages without a cookie, made-up cookies, polls, joins. */
export const junk: readonly RequestKind[] = [
  { name: 'landing page', method: 'GET', path: '/', headers: browser },
  { name: 'line', method: 'GET', path: '/ticketing', headers: browser },
  {
    name: 'made-up cookie',
    method: 'GET',
    path: '/ticketing',
    headers: { ...browser, cookie: `visitor_id=0190d5c2-0000-7000-8000-000000000000.${'A'.repeat(43)}` },
  },
  { name: 'poll', method: 'GET', path: '/queue/status', headers: { accept: 'application/json' } },
  { name: 'join', method: 'POST', path: '/apply', headers: { accept: 'application/json' }, body: 'seat=1' },
];
