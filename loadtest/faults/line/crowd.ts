import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Recorder } from '../history/recorder.ts';
import type { AskedKind } from '../history/records.ts';

type Told = { code: number; status?: string; number?: number | null; order?: string };

export type Crowd = {
  /** No more visitors come, and those who are there are not heard of again. */
  stop(): Promise<void>;
  served(): number;
};

export type CrowdOptions = {
  recorder: Recorder;
  /** Of the gateways now; a visitor who is not answered by one goes to another. */
  urls: () => readonly string[];
  /** Visitors at once: whoever has finished is followed by another. */
  size: number;
  random: () => number;
};

const pollMs = 500;
const holdMs = 300;
const patienceMs = 8000;
const retryMs = 250;
const lingerMs = 2500;

/**
 * Visitors who come, wait, book, give back, leave or forget their place, as browsers do: with their cookies, trying again
 * when something goes wrong. Everything they ask and are told is written down.
 */
export function startCrowd({ recorder, urls, size, random }: CrowdOptions): Crowd {
  const stopping = new AbortController();
  const { signal } = stopping;
  const dispatcher = new Agent({ connections: 64, headersTimeout: patienceMs, bodyTimeout: patienceMs });
  const lingering = new Set<Promise<void>>();
  let served = 0;

  async function visit(): Promise<void> {
    const visitor = createFaultVisitor({ recorder, urls, random, dispatcher, signal });
    const character = random();
    if (!(await visitor.arrive())) return;
    let told = await visitor.ask('join');
    if (character < 0.08) {
      await pause(random() * 600);
      await visitor.ask('leave');
      return;
    }
    let misses = 0;
    for (;;) {
      if (signal.aborted) return;
      if (told.status === 'booked') {
        // A few miss their place: it goes on to the next, and they come back from aside.
        if (character < 0.11 && misses === 0) {
          misses = 1;
          await pause(8500);
        } else {
          await visitor.ask('page');
          await pause(holdMs * (0.5 + random()));
          const wish = character > 0.9 ? 'cancel' : 'confirm';
          const outcome = await visitor.ask(wish);
          if (outcome.code >= 500 || outcome.code === 0) {
            await pause(retryMs);
            // Whether it was done is not known: it is asked again, which is safe.
          } else if (wish === 'cancel' || outcome.status === 'confirmed') {
            served += 1;
            lingering.add(lookAgain(visitor, wish));
            return;
          }
        }
      } else if (told.status === 'confirmed') {
        served += 1;
        return;
      } else if (['none', 'left', 'expired', 'revoked', 'closed', 'soldOut', 'full'].includes(told.status ?? '')) {
        await pause(pollMs);
        told = await visitor.ask('join');
        continue;
      }
      await pause(pollMs * (0.7 + random() * 0.6));
      told = await visitor.ask(told.code >= 400 || told.code === 0 ? 'join' : 'status');
    }
  }

  /** Looks at what was done a little later: Redis may have lost it meanwhile, and then it is asked for again. */
  async function lookAgain(visitor: FaultVisitor, wish: AskedKind): Promise<void> {
    for (let time = 0; time < 2 && !signal.aborted; time += 1) {
      await pause(lingerMs * (0.7 + random() * 0.6));
      if (signal.aborted) return;
      const { status } = await visitor.ask('page');
      if (status === 'booked') await visitor.ask(wish);
    }
  }

  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});

  const visitors = Array.from({ length: size }, async (_, index) => {
    await pause((index / size) * 1500);
    while (!signal.aborted) {
      await visit();
      await pause(random() * 200);
    }
  });

  return {
    served: () => served,
    async stop() {
      stopping.abort();
      await Promise.all([...visitors, ...lingering]);
      await dispatcher.close();
    },
  };
}

const paths: Readonly<Partial<Record<AskedKind, { method: 'GET' | 'POST'; path: string }>>> = {
  join: { method: 'POST', path: '/apply' },
  status: { method: 'GET', path: '/queue/status' },
  page: { method: 'GET', path: '/api/booking' },
  confirm: { method: 'POST', path: '/api/booking/confirm' },
  cancel: { method: 'POST', path: '/api/booking/cancel' },
  leave: { method: 'POST', path: '/queue/leave' },
};

type FaultVisitor = ReturnType<typeof createFaultVisitor>;

function createFaultVisitor({
  recorder,
  urls,
  random,
  dispatcher,
  signal,
}: Omit<CrowdOptions, 'size'> & { dispatcher: Agent; signal: AbortSignal }) {
  const cookies = new Map<string, string>();
  let number: number | undefined;
  let gateway = Math.floor(random() * 1000);

  async function send(method: 'GET' | 'POST', path: string): Promise<{ code: number; text: string }> {
    const all = urls();
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    try {
      const answer = await request(`${all[gateway % all.length]}${path}`, {
        method,
        headers: { accept: 'application/json', ...(cookie ? { cookie } : {}) },
        dispatcher,
      });
      for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (!name) continue;
        if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) cookies.delete(name);
        else cookies.set(name, value ?? '');
      }
      return { code: answer.statusCode, text: await answer.body.text() };
    } catch (error) {
      gateway += 1;
      throw error;
    }
  }

  return {
    /** The first visit brings the cookie. */
    async arrive(): Promise<boolean> {
      while (!signal.aborted) {
        await send('GET', '/').catch(() => {});
        if (cookies.has('visitor_id')) return true;
        await sleep(retryMs, undefined, { signal }).catch(() => {});
      }
      return false;
    },

    /** What the visitor is told; code 0 when there is no answer. */
    async ask(what: AskedKind): Promise<Told> {
      const { method, path } = paths[what] ?? { method: 'GET', path: '/' };
      const visitor = cookies.get('visitor_id')?.split('.')[0] ?? '';
      const ticket = cookies.has('visitor_ticket') && number !== undefined ? { ticket: number } : {};
      try {
        return await recorder.call({ visitor, what, ...ticket }, async (): Promise<Told> => {
          const { code, text } = await send(method, path);
          const told = readTold(code, text);
          if (typeof told.number === 'number') number = told.number;
          return told;
        });
      } catch {
        return { code: 0 };
      }
    },
  };
}

/** Errors have a `code`, everything else a `status`. */
function readTold(code: number, text: string): Told {
  let body: { status?: string; number?: number | null; code?: string; order?: unknown } = {};
  try {
    body = JSON.parse(text);
  } catch {
    // The static page of a gateway that has nobody to ask.
  }
  if (code >= 400) return { code, ...(body.code === undefined ? {} : { status: body.code }) };
  const { status, number, order } = body;
  return {
    code,
    ...(status === undefined ? {} : { status }),
    ...(number === undefined ? {} : { number }),
    ...(order === undefined || order === null ? {} : { order: JSON.stringify(order) }),
  };
}
