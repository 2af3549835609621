import { setTimeout as sleep } from 'node:timers/promises';
import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import { type Dispatcher, request } from 'undici';
import { type Answer, createVisitor } from '../../test/flows/visitor.ts';
import { createEventReader } from '../bench/streams/event-reader.ts';
import type { Journey } from './journey.ts';

/** How a visit ended. `gave up`: told again and again to wait, for longer than anybody would. */
export type VisitEnd = Journey['ends'] | 'left the line' | 'vanished from the line' | 'gave up' | 'place was gone';

const patienceMs = 5 * 60_000;
/** What a visitor may well be told when they do nothing wrong. */
const expected = new Set([200, 202, 303, 304]);

/**
 * One visitor from the landing page to the end of their journey, through the gateway as a browser would come. `note` is
 * told of every answer that nobody should see. Throws when the connection fails or `signal` is aborted.
 */
export async function visit({
  url,
  journey,
  dispatcher,
  signal,
  note,
}: {
  url: string;
  journey: Journey;
  dispatcher: Dispatcher;
  signal: AbortSignal;
  note(problem: string): void;
}): Promise<VisitEnd> {
  const visitor = createVisitor(() => url, dispatcher);
  const pause = (ms: number) => sleep(ms, undefined, { signal });
  const seen = (what: string, answer: Answer): Answer => {
    if (!expected.has(answer.status)) {
      const code = /"code":"(\w+)"/.exec(answer.text)?.[1] ?? '';
      note(`${what}: ${answer.status} ${code}`.trim());
    }
    return answer;
  };
  const readStatus = async (): Promise<Partial<VisitorStatus>> => {
    const answer = seen('GET /queue/status', await visitor.ask('/queue/status'));
    return answer.status === 200 ? answer.json<VisitorStatus>() : {};
  };

  seen('GET /', await visitor.page('/'));
  seen('GET /ticketing', await visitor.page('/ticketing'));
  const givesUpAtMs = performance.now() + patienceMs;
  let status = await readStatus();
  while (status.status !== 'booked') {
    if (performance.now() > givesUpAtMs) return 'gave up';
    if (status.status === 'waiting' || status.status === 'paused') {
      if (journey.waits === 'leaves') {
        seen('POST /queue/leave', await visitor.leave());
        return 'left the line';
      }
      if (journey.waits === 'vanishes') return 'vanished from the line';
    } else if (status.status !== undefined) {
      note(`GET /queue/status: ${status.status} in the line`);
      return 'place was gone';
    }
    const waitMs = (status.refreshAfterSeconds ?? 1) * 1000;
    if (journey.follows === 'stream') await listen(url, visitor.cookies, dispatcher, signal);
    else await pause(waitMs);
    status = await readStatus();
    // A stream that ended without the place was ended by the server: as browsers do, wait a little before the next.
    if (journey.follows === 'stream' && status.status !== 'booked') await pause(waitMs);
  }
  if (journey.ends === 'misses') return 'misses';
  seen('GET /ticketing', await visitor.page('/ticketing'));
  seen('GET /api/booking', await visitor.ask('/api/booking'));
  if (journey.ends === 'vanishes') return 'vanishes';
  await pause(journey.thinkMs);
  if (journey.ends === 'leaves') seen('POST /queue/leave', await visitor.leave());
  if (journey.ends === 'cancels') seen('POST /api/booking/cancel', await visitor.cancel());
  if (journey.ends === 'confirms') seen('POST /api/booking/confirm', await visitor.confirm());
  await readStatus();
  return journey.ends;
}

/** Holds an event stream open until it tells of a place or an end, or the server ends it. */
async function listen(
  url: string,
  cookies: ReadonlyMap<string, string>,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<void> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await request(`${url}/queue/events`, {
    headers: { accept: 'text/event-stream', cookie },
    ...{ dispatcher, signal, bodyTimeout: 60_000 },
  });
  let isOver = false;
  const read = createEventReader((name) => {
    if (name === 'admitted' || name === 'outcome') isOver = true;
  });
  try {
    for await (const chunk of answer.body) {
      read(String(chunk));
      if (isOver) break;
    }
  } finally {
    answer.body.destroy();
  }
}
