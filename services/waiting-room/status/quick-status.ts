import type { IncomingHttpHeaders } from 'node:http';
import type { AccessLog } from '@fairline/shared/access-log.ts';
import { identityHeader } from '@fairline/shared/contracts/internal-headers.ts';
import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import { readRequestId } from '@fairline/shared/http-app.ts';
import type { Identities } from '@fairline/shared/identity.ts';
import type { LoadMeter } from '@fairline/shared/load-meter.ts';
import type { Metrics } from '@fairline/shared/metrics.ts';
import type { PlainGetsOptions } from '@fairline/shared/plain-gets/serve-plain-gets.ts';
import { isVipNumber } from '@fairline/shared/stores/line/numbers.ts';
import type { Tracing } from '@fairline/shared/tracing.ts';
import type { Place, Places, Visitor } from '../line/places.ts';
import type { VisitorTickets } from '../ticket/visitor-ticket.ts';

const path = '/queue/status';

export type QuickStatusOptions = {
  identities: Pick<Identities, 'verify'>;
  tickets: VisitorTickets;
  event: string;
  minute(): number;
  places: Pick<Places, 'readTicket' | 'lookAtTicket'>;
  tell(place: Place): VisitorStatus;
  /** What every answer of the room carries. */
  headers: Readonly<Record<string, string>>;
  /** Then everything goes the usual way, which ends connections. */
  isClosing(): boolean;
  meter?: Pick<LoadMeter, 'note'>;
  metrics?: Pick<Metrics, 'http'>;
  accessLog?: AccessLog;
  tracing?: Tracing | undefined;
};

const one = (value: string | string[] | undefined) => (typeof value === 'string' ? value : undefined);

/**
 * Answers `GET /queue/status` of those who wait with a ticket, which is nearly all a waiting-room is asked, in front of Node's
 * parser and without the way through the framework: same checks, same answer, counted in the metrics, the log and the traces.
 */
export function createQuickStatus(options: QuickStatusOptions): Required<PlainGetsOptions> {
  const { identities, tickets, event, places, tell, isClosing, meter, metrics, accessLog, tracing } = options;
  const fixedHeaders = Object.entries({ ...options.headers, 'content-type': 'application/json; charset=utf-8' }).flat();
  /** Whom `isServed` has recognized: the request is served in the same turn. */
  let asking: Visitor | undefined;

  function recognize(headers: IncomingHttpHeaders): Visitor | undefined {
    const header = headers[identityHeader];
    if (typeof header !== 'string' || headers.cookie === undefined) return undefined;
    const identity = identities.verify(header, options.minute());
    if (identity?.event !== event) return undefined;
    const { visitorId } = identity;
    const ticket = tickets.read(headers.cookie, visitorId);
    // The usual way sees to it that somebody who became a VIP while waiting changes the line where that is better.
    if (identity.tier === 'vip' && ticket && !isVipNumber(ticket.number)) return undefined;
    return { visitorId, ticket };
  }

  return {
    isServed({ method, url, headers }) {
      if (url !== path || method !== 'GET' || isClosing()) return false;
      asking = recognize(headers);
      return asking !== undefined && places.readTicket(asking) !== undefined;
    },

    serve(request, response) {
      const startMs = performance.now();
      const requestId = readRequestId(request);
      const span = tracing?.begin({ method: 'GET', path, requestId, traceparent: one(request.headers.traceparent) });
      const place = asking && places.lookAtTicket(asking);
      const status = tell(place ?? { kind: 'none' });
      const body = JSON.stringify(status);
      // All but an operator's message is ASCII.
      const encoding = status.message === null ? 'latin1' : 'utf8';
      const bytes = encoding === 'latin1' ? body.length : Buffer.byteLength(body);
      const headers = [...fixedHeaders, 'x-request-id', requestId, 'content-length', String(bytes)];
      response.writeHead(200, headers, true).end(body, encoding);
      const ms = performance.now() - startMs;
      meter?.note(200, ms);
      metrics?.http.observe(path, 'GET', 200, ms / 1000);
      span?.end({ route: path, status: 200 });
      const visitor = asking?.visitorId;
      accessLog?.note(200, () => ({ requestId, method: 'GET', route: path, path, status: 200, ms, visitor }));
    },
  };
}
