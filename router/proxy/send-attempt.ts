import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Upstream } from '../balancing/upstream-set.ts';
import { type Connections, tlsNameOf } from './connections.ts';
import { answerIdleClient } from './error-answer.ts';
import type { Exchange } from './exchange.ts';
import { canGoFast } from './fast/can-go-fast.ts';
import { forwardFast } from './fast/forward-fast.ts';
import { writeRequestText } from './fast/request-text.ts';
import { type AnswerHandler, type ForwardOptions, type ForwardOutcome, forward } from './forward.ts';
import { forwardOnce } from './forward-once.ts';
import { buildFramingHeaders, buildRequestHeaders, type RequestHeaderFacts } from './request-headers.ts';
import { acceptsTrailers } from './trailers.ts';
import { runTunnel } from './tunnel.ts';
import { takeTunnelSocket } from './upgraded-response.ts';

export type AttemptToSend = {
  exchange: Exchange;
  upstream: Upstream;
  headerFacts: RequestHeaderFacts;
  /** All of it; undefined: none, or one that is still to come. */
  body: Buffer | undefined;
};

export type AttemptHandler = AnswerHandler & {
  /** Instead of an outcome: a fault of this program. Must not throw. */
  onBroken(error: unknown): void;
  /** The client sent something through a tunnel. */
  onTunnelUse(): void;
};

/** Sends a request to one instance, in the way that this request needs. */
export function sendAttempt(connections: Connections, attempt: AttemptToSend, handler: AttemptHandler): void {
  const { exchange, upstream, headerFacts, body } = attempt;
  const { request, response, method } = exchange;
  const target = exchange.path + exchange.query;
  if (canGoFast(exchange, upstream, body !== undefined)) {
    const text = writeRequestText(method, target, headerFacts, body);
    forwardFast({ pools: connections.fast, url: upstream.url, request, response, method, text }, handler);
    return;
  }
  const onHead: AnswerHandler['onHead'] = (head) => handler.onHead(head);
  const headers = buildRequestHeaders(headerFacts);
  const options: ForwardOptions = {
    request,
    response,
    method,
    target,
    headers,
    timeouts: connections.timeouts,
    takesTrailers: acceptsTrailers(request.headers.te),
    onHead,
    onClientIdle: () => answerIdleClient(exchange),
  };
  forwardInGeneral(connections, options, attempt, handler).then(
    (outcome) => handler.onOutcome(outcome),
    (error: unknown) => handler.onBroken(error),
  );
}

/** What is not plain, by the libraries that know all of HTTP. */
function forwardInGeneral(
  { singleUse, get }: Connections,
  options: ForwardOptions,
  { exchange, upstream: { url }, body }: AttemptToSend,
  handler: AttemptHandler,
): Promise<ForwardOutcome> {
  const { request, response, continuation, isTunnel } = exchange;
  const isPooled = !isTunnel && !continuation && request.headers.trailer === undefined;
  // The lighter objects stand for plain requests alone.
  if (isPooled || !(request instanceof IncomingMessage) || !(response instanceof ServerResponse)) {
    return forward({ ...options, dispatcher: get(url), servername: tlsNameOf(url), body });
  }
  return forwardOnce({
    ...options,
    request,
    response,
    url,
    singleUse,
    continuation,
    headers: [...options.headers, ...buildFramingHeaders({ request, continuation, isTunnel })],
    ...(isTunnel ? { onTunnel } : {}),
  });

  async function onTunnel(upstream: Socket, head: Buffer): Promise<void> {
    const client = response instanceof ServerResponse && takeTunnelSocket(response);
    if (!client) {
      upstream.destroy();
      return;
    }
    const { tunnelIdleMs: idleMs } = options.timeouts;
    await runTunnel({ client, upstream, head, idleMs, onUse: () => handler.onTunnelUse() });
  }
}
