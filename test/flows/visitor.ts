import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import { type Dispatcher, request } from 'undici';

/** A browser as far as cookies and forms go: keeps what it is given, follows no redirect by itself. */
export type Visitor = ReturnType<typeof createVisitor>;

export type Answer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  json<T>(): T;
};

export function createVisitor(url: () => string, dispatcher?: Dispatcher) {
  const cookies = new Map<string, string>();

  async function ask(
    path: string,
    { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<Answer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await request(`${url()}${path}`, {
      method: method as Dispatcher.HttpMethod,
      headers: { accept: 'application/json', ...(cookie ? { cookie } : {}), ...headers },
      ...(body === undefined ? {} : { body }),
      ...(dispatcher ? { dispatcher } : {}),
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (!name) continue;
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) cookies.delete(name);
      else cookies.set(name, value ?? '');
    }
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, text, json: () => JSON.parse(text) };
  }

  return {
    cookies,
    ask,
    page: (path: string) => ask(path, { headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate' } }),
    /** The first visit brings the cookie, the second brings it back. */
    async arrive(): Promise<void> {
      await ask('/');
    },
    apply: async () => (await ask('/apply', { method: 'POST' })).json<VisitorStatus>(),
    status: async () => (await ask('/queue/status')).json<VisitorStatus>(),
    confirm: () => ask('/api/booking/confirm', { method: 'POST' }),
    cancel: () => ask('/api/booking/cancel', { method: 'POST' }),
    leave: () => ask('/queue/leave', { method: 'POST' }),
    id: () => cookies.get('visitor_id')?.split('.')[0] ?? '',
  };
}
