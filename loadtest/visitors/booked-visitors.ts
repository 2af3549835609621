import type { System } from '@fairline/shared/testing/system.ts';
import { until } from '@fairline/shared/testing/system.ts';
import { createVisitorCookies, visitorCookieName } from '@fairline/shared/visitor-cookie.ts';

const batch = 500;

/** What is needed of a system: where its gateways are, its line, and the key that signs cookies. */
export type BookableSystem = Pick<System, 'line'> & {
  secrets: Pick<System['secrets'], 'COOKIE_SECRETS'>;
  ofRoom(room: 'router'): readonly { id: string; url: string }[];
};

/**
 * Visitors who hold a place, as the values of their Cookie headers. The system must have that many places. Waits until
 * every gateway knows of the last of them.
 */
export async function bookVisitors(system: BookableSystem, count: number): Promise<string[]> {
  const cookies = createVisitorCookies({ secrets: [system.secrets.COOKIE_SECRETS] });
  const visitors = Array.from({ length: count }, () => cookies.create());
  for (let from = 0; from < count; from += batch) {
    const joins = visitors.slice(from, from + batch).map(({ visitorId }) => ({ visitorId, again: false }));
    await until('visitors to be booked', async () => {
      const outcomes = await system.line.join(joins);
      return outcomes.every(({ kind }) => kind === 'booked');
    });
  }
  const headers = visitors.map(({ value }) => `${visitorCookieName}=${value}`);
  const last = headers.at(-1);
  for (const gateway of system.ofRoom('router')) {
    await until(`${gateway.id} to know who is booked`, async () => {
      // A JSON answer: a page view would be handed over also before the copy knows.
      const answer = await fetch(`${gateway.url}/ticketing`, {
        headers: { cookie: last ?? '', accept: 'text/html', 'sec-fetch-mode': 'navigate' },
      });
      return answer.status === 200;
    });
  }
  return headers;
}
