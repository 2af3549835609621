import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One visit each: what such a site does wrong, which request of the plan has to notice, and what its failure speaks of. */
export const lies = [
  { name: 'nothing', notices: undefined },
  { name: 'no cookie', notices: ['landing', 'visitor_id='] },
  { name: 'an error', notices: ['landing', 'code expected'] },
  { name: 'neither line nor booking', notices: ['join', 'data-facts='] },
  { name: 'another number', notices: ['poll', '"number":'] },
  { name: 'a position that rises', notices: ['poll', 'positionFell'] },
  { name: 'out of the line', notices: ['poll', '"status":'] },
  { name: 'booked, but not let in', notices: ['enter', '/api/booking/confirm'] },
  { name: 'no order', notices: ['confirm', '"id":"FL-'] },
  { name: 'another order', notices: ['order', 'FL-3467'] },
] as const;
type Lie = (typeof lies)[number]['name'];

const bookingPage = '<form method="post" action="/api/booking/confirm"></form>';

/**
 * Stands in for a whole site, to show that the plan notices: the n-th visit meets the n-th lie. Each waits two polls at
 * most, of no time.
 */
export async function startLyingSite(): Promise<{ port: number; close(): Promise<void> }> {
  let visits = 0;
  const polls = new Map<number, number>();
  const server = createServer((request, response) => {
    request.resume();
    const isNew = request.url === '/';
    if (isNew) visits += 1;
    const visit = isNew ? visits : Number(/visitor_id=(\d+)/.exec(request.headers.cookie ?? '')?.[1]);
    const lie = lies[visit - 1]?.name ?? 'nothing';
    answer(request, response, { visit, lie });
  });

  function answer(request: IncomingMessage, response: ServerResponse, { visit, lie }: { visit: number; lie: Lie }) {
    const asked = polls.get(visit) ?? 0;
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        if (lie === 'an error') response.statusCode = 500;
        if (lie !== 'no cookie') response.setHeader('set-cookie', `visitor_id=${visit}; Path=/; HttpOnly`);
        return response.end('<a href="/ticketing">');
      case 'GET /ticketing':
        if (lie === 'neither line nor booking') return response.end('<p>Something else');
        if (asked === 0) return response.end(`<main data-facts="${escapeHtml({ status: status(100 + visit, 5) })}">`);
        return response.end(lie === 'booked, but not let in' ? '<p>Wait' : bookingPage);
      case 'GET /queue/status': {
        polls.set(visit, asked + 1);
        const number = lie === 'another number' ? 1 : 100 + visit;
        const word = lie === 'out of the line' ? 'none' : asked === 0 ? 'waiting' : 'booked';
        return response.end(JSON.stringify(status(number, lie === 'a position that rises' ? 6 : 4, word)));
      }
      case 'POST /api/booking/confirm':
        return response.end(`{"status":"confirmed","order":{"id":"${lie === 'no order' ? '' : 'FL-3467-ACDE-FGHJ'}"}}`);
      case 'GET /order':
        return response.end(lie === 'another order' ? 'FL-JJJJ-JJJJ-JJJJ' : 'FL-3467-ACDE-FGHJ');
      default:
        response.statusCode = 404;
        return response.end();
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function status(number: number, position: number, word = 'waiting') {
  const isIn = word === 'booked';
  return { status: word, number, position: isIn ? null : position, waiting: 9, refreshAfterSeconds: 0 };
}

function escapeHtml(facts: object): string {
  return JSON.stringify(facts).replaceAll('"', '&quot;');
}
