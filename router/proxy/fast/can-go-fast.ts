import type { Upstream } from '../../balancing/upstream-set.ts';
import type { Exchange } from '../exchange.ts';
import { hasRequestBody } from '../request-body.ts';
import { acceptsTrailers } from '../trailers.ts';

/**
 * Whether a request may take the fast way: a GET or HEAD without a body to a room of ours by http. Whatever is rarer
 * (bodies, trailers, event streams, TLS, sites of others) goes by undici, which knows more of HTTP.
 */
export function canGoFast(exchange: Pick<Exchange, 'request' | 'method' | 'isTunnel'>, upstream: Upstream): boolean {
  const { request, method, isTunnel } = exchange;
  if (isTunnel || (method !== 'GET' && method !== 'HEAD')) return false;
  if (upstream.isStatic || !upstream.url.startsWith('http:')) return false;
  const { headers } = request;
  if (headers.accept?.includes('text/event-stream') || acceptsTrailers(headers.te)) return false;
  return !hasRequestBody(request);
}
