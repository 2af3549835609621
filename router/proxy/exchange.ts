import type { RequestMark } from '@fairline/shared/load-meter.ts';
import type { Place } from '../admission/booked-copy.ts';
import type { KnownVisitor } from '../admission/known-visitor.ts';
import type { ClientOrigin } from '../routing/client-address.ts';
import type { RouteKind } from '../routing/route-table.ts';
import type { ClientRequest, ClientResponse } from './client-pair.ts';
import type { Continuation } from './continuation.ts';

/** One request and what the gateway found out about it before anything was asked of anybody. */
export type Exchange = {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly requestId: string;
  readonly origin: ClientOrigin;
  readonly method: string;
  readonly route: RouteKind;
  readonly path: string;
  /** Empty or with its question mark; without the gateway's own marker. */
  readonly query: string;
  readonly visitor: KnownVisitor | undefined;
  /** The visitor's place, by the gateway's copy when the request came. */
  readonly place: Place | undefined;
  /** Cookie that goes out with the answer, if any. */
  readonly setCookie: string | undefined;
  readonly closesConnection: boolean;
  /** Set when the client waits to be told before it sends its body. */
  readonly continuation: Continuation | undefined;
  /** It asks for a WebSocket: its connection is its own and ends with it. */
  readonly isTunnel: boolean;
  /** Counts this request as in hand until it is done or a stream. */
  readonly mark: RequestMark;
  /** Of its span; undefined when it is not traced. */
  readonly traceparent?: string | undefined;
};

export function acceptsHtml({ request }: Pick<Exchange, 'request'>): boolean {
  return request.headers.accept?.includes('text/html') ?? false;
}

/** A GET or HEAD of a page that the visitor waits for or works in. */
export function isPageView({ route, method }: Pick<Exchange, 'route' | 'method'>): boolean {
  return route === 'protectedPage' && (method === 'GET' || method === 'HEAD');
}

/** Whether trouble is told as a page that tries again by itself, rather than as JSON. */
export function wantsPage(exchange: Pick<Exchange, 'request' | 'route' | 'method'>): boolean {
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') return false;
  if (acceptsHtml(exchange)) return true;
  return isPageView(exchange) && !exchange.request.headers.accept?.includes('application/json');
}
