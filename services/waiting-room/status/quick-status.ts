import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { gatewayHeader, identityHeader } from '@fairline/shared/contracts/internal-headers.ts';
import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import { readRequestId } from '@fairline/shared/http-app.ts';
import type { Identities } from '@fairline/shared/identity.ts';
import type { LoadMeter } from '@fairline/shared/load-meter.ts';
import type { Metrics } from '@fairline/shared/metrics.ts';
import type { Place, Places } from '../line/places.ts';
import type { VisitorTickets } from '../ticket/visitor-ticket.ts';

const path = '/queue/status';

export type QuickStatusOptions = {
  identities: Pick<Identities, 'verify'>;
  tickets: VisitorTickets;
  event: string;
  minute(): number;
  places: Pick<Places, 'lookAtTicket'>;
  tell(place: Place): VisitorStatus;
  /** What every answer of the room carries. */
  headers: Readonly<Record<string, string>>;
  meter?: Pick<LoadMeter, 'begin'>;
  metrics?: Pick<Metrics, 'http'>;
};

/**
 * Answers `GET /queue/status` of those who wait with a ticket, which is nearly all a waiting-room is asked, without the way
 * through the framework: same checks, same answer, no line in the log. Says false, with nothing done, for everything else.
 */
export function createQuickStatus(options: QuickStatusOptions) {
  const { identities, tickets, event, places, tell, meter, metrics } = options;
  const fixedHeaders = Object.entries(options.headers).flat();

  function findPlace({ headers }: IncomingMessage): Place | undefined {
    const header = headers[identityHeader];
    if (typeof header !== 'string') return undefined;
    const identity = identities.verify(header, options.minute());
    if (identity?.event !== event) return undefined;
    const { visitorId } = identity;
    return places.lookAtTicket({ visitorId, ticket: tickets.read(headers.cookie, visitorId) });
  }

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.url !== path || request.method !== 'GET') return false;
    const startMs = performance.now();
    const place = findPlace(request);
    if (!place) return false;
    const gateway = request.headers[gatewayHeader];
    const mark = meter?.begin(typeof gateway === 'string' ? gateway : undefined);
    const body = JSON.stringify(tell(place));
    response.writeHead(200, [
      ...fixedHeaders,
      ...['x-request-id', readRequestId(request)],
      ...['content-type', 'application/json; charset=utf-8'],
      ...['content-length', String(Buffer.byteLength(body))],
    ]);
    response.end(body);
    mark?.end(200);
    metrics?.http.observe(path, 'GET', 200, (performance.now() - startMs) / 1000);
    return true;
  };
}

/** Puts `answer` in front of whatever listens for requests. Once `isClosing`, everything goes the usual way, which ends connections. */
export function answerFirst(
  server: Server,
  answer: (request: IncomingMessage, response: ServerResponse) => boolean,
  isClosing: () => boolean,
): void {
  const listeners = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (!isClosing() && answer(request, response)) return;
    for (const listener of listeners) listener.call(server, request, response);
  });
}
