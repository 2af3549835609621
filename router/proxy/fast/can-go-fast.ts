import type { Upstream } from '../../balancing/upstream-set.ts';
import type { Exchange } from '../exchange.ts';
import { hasRequestBody } from '../request-body.ts';
import { acceptsTrailers } from '../trailers.ts';

const readingMethods = new Set(['GET', 'HEAD']);
const writingMethods = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Whether a request may take the fast way: by http to a room of ours, reading without a body, or writing with a body that is
 * all there (or with none). Whatever is rarer (streamed bodies, trailers, event streams, TLS, sites of others) goes by
 * undici, which knows more of HTTP.
 */
export function canGoFast(
  exchange: Pick<Exchange, 'request' | 'method' | 'isTunnel' | 'continuation'>,
  upstream: Upstream,
  hasWholeBody: boolean,
): boolean {
  const { request, method, isTunnel, continuation } = exchange;
  if (isTunnel || continuation) return false;
  if (hasRequestBody(request) && !(hasWholeBody && writingMethods.has(method))) return false;
  if (!readingMethods.has(method) && !writingMethods.has(method)) return false;
  if (upstream.isStatic || !upstream.url.startsWith('http:')) return false;
  const { headers } = request;
  return !headers.accept?.includes('text/event-stream') && !acceptsTrailers(headers.te);
}
