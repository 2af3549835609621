import type { Step } from './journey.ts';

/** Latencies are told apart by these. A page: the landing page, a reload, the way in. */
export const groups = ['join', 'page', 'status', 'order'] as const;
export type Group = (typeof groups)[number];

type Recipe = { method: 'GET' | 'POST'; path: string; group: Group; expects: 'page' | 'told' | 'done' };

export const recipes: Readonly<Record<Step, Recipe>> = {
  landing: { method: 'GET', path: '/', group: 'page', expects: 'page' },
  join: { method: 'GET', path: '/ticketing', group: 'join', expects: 'page' },
  reload: { method: 'GET', path: '/ticketing', group: 'page', expects: 'page' },
  claim: { method: 'GET', path: '/ticketing', group: 'page', expects: 'page' },
  status: { method: 'GET', path: '/queue/status', group: 'status', expects: 'told' },
  confirm: { method: 'POST', path: '/api/booking/confirm', group: 'order', expects: 'done' },
  cancel: { method: 'POST', path: '/api/booking/cancel', group: 'order', expects: 'done' },
};

export const userAgent = 'fairline-rehearsal/1 (load rehearsal by the owner of this site)';

const pageHead = `accept: text/html,application/xhtml+xml\r\naccept-language: en\r\nsec-fetch-mode: navigate\r\nsec-fetch-dest: document\r\n`;
const jsonHead = 'accept: application/json\r\nsec-fetch-mode: cors\r\nsec-fetch-site: same-origin\r\n';

/** The bytes of one request, as latin1. */
export function writeStep(
  { method, expects }: Pick<Recipe, 'method' | 'expects'>,
  { path, host, cookie }: { path: string; host: string; cookie: string | undefined },
): string {
  const kind = expects === 'page' ? pageHead : jsonHead;
  const cookies = cookie === undefined ? '' : `cookie: ${cookie}\r\n`;
  const length = method === 'POST' ? 'content-length: 0\r\n' : '';
  return `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nuser-agent: ${userAgent}\r\n${kind}${cookies}${length}\r\n`;
}
