import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Upstream } from '../balancing/upstream-set.ts';
import { type Connections, tlsNameOf } from './connections.ts';
import { answerError } from './error-answer.ts';
import type { Exchange } from './exchange.ts';
import { canGoFast } from './fast/can-go-fast.ts';
import { forwardFast } from './fast/forward-fast.ts';
import { type AnswerHead, type ForwardOptions, type ForwardOutcome, forward } from './forward.ts';
import { forwardOnce } from './forward-once.ts';
import { buildFramingHeaders } from './request-headers.ts';
import { acceptsTrailers } from './trailers.ts';
import { runTunnel } from './tunnel.ts';
import { takeTunnelSocket } from './upgraded-response.ts';

export type Attempt = {
  exchange: Exchange;
  upstream: Upstream;
  headers: string[];
  /** As in `ForwardOptions`. */
  onHead(head: AnswerHead): 'pass' | 'drop';
  /** The client sent something through a tunnel. */
  onTunnelUse?: () => void;
};

/** Sends a request to one instance, in the way that this request needs. */
export function sendAttempt(connections: Connections, attempt: Attempt): Promise<ForwardOutcome> {
  const { exchange, upstream, headers, onHead } = attempt;
  const { request, response, method, continuation, isTunnel } = exchange;
  const { timeouts, singleUse } = connections;
  const { url } = upstream;
  const options: ForwardOptions = {
    request,
    response,
    method,
    target: exchange.path + exchange.query,
    headers,
    timeouts,
    takesTrailers: acceptsTrailers(request.headers.te),
    onHead,
    onClientIdle: () => answerError({ ...exchange, closesConnection: true }, 'REQUEST_TIMEOUT'),
  };
  if (canGoFast(exchange, upstream)) return forwardFast({ ...options, pools: connections.fast, url });
  const isPooled = !isTunnel && !continuation && request.headers.trailer === undefined;
  // The lighter objects stand for plain requests alone.
  if (isPooled || !(request instanceof IncomingMessage) || !(response instanceof ServerResponse)) {
    return forward({ ...options, dispatcher: connections.get(url), servername: tlsNameOf(url) });
  }
  return forwardOnce({
    ...options,
    request,
    response,
    url,
    singleUse,
    continuation,
    headers: [...headers, ...buildFramingHeaders({ request, continuation, isTunnel })],
    ...(isTunnel ? { onTunnel } : {}),
  });

  async function onTunnel(upstream: Socket, head: Buffer): Promise<void> {
    const client = response instanceof ServerResponse && takeTunnelSocket(response);
    if (!client) {
      upstream.destroy();
      return;
    }
    const onUse = attempt.onTunnelUse ?? (() => {});
    await runTunnel({ client, upstream, head, idleMs: timeouts.tunnelIdleMs, onUse });
  }
}
