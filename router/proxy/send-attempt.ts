import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Upstream } from '../balancing/upstream-set.ts';
import { type Connections, tlsNameOf } from './connections.ts';
import { answerError } from './error-answer.ts';
import type { Exchange } from './exchange.ts';
import { canGoFast } from './fast/can-go-fast.ts';
import { forwardFast } from './fast/forward-fast.ts';
import { writeRequestText } from './fast/request-text.ts';
import { type AnswerHandler, type ForwardOptions, type ForwardOutcome, forward } from './forward.ts';
import { forwardOnce } from './forward-once.ts';
import { buildFramingHeaders, buildRequestHeaders, type RequestHeaderFacts } from './request-headers.ts';
import type { SmallBody } from './small-body.ts';
import { acceptsTrailers } from './trailers.ts';
import { runTunnel } from './tunnel.ts';
import { takeTunnelSocket } from './upgraded-response.ts';

export type AttemptToSend = {
  exchange: Exchange;
  upstream: Upstream;
  headerFacts: RequestHeaderFacts;
  /** The same in every attempt at one request. */
  smallBody: SmallBody | undefined;
};

export type AttemptHandler = AnswerHandler & {
  /** Instead of an outcome: a fault of this program. Must not throw. */
  onBroken(error: unknown): void;
  /** The client sent something through a tunnel. */
  onTunnelUse(): void;
};

const clientGone: ForwardOutcome = Object.freeze({ kind: 'clientGone' });

/** Sends a request to one instance, in the way that this request needs. */
export function sendAttempt(connections: Connections, attempt: AttemptToSend, handler: AttemptHandler): void {
  const { exchange, smallBody } = attempt;
  if (!smallBody) {
    sendNow(connections, attempt, undefined, handler);
    return;
  }
  smallBody.read({
    response: exchange.response,
    idleMs: connections.timeouts.idleMs,
    onIdle: () => answerIdle(exchange),
    onGone: () => handler.onOutcome(clientGone),
    onWhole(bytes) {
      try {
        sendNow(connections, attempt, bytes, handler);
      } catch (error) {
        handler.onBroken(error);
      }
    },
  });
}

/** @param body all of it; undefined: none, or one that is still to come */
function sendNow(
  connections: Connections,
  attempt: AttemptToSend,
  body: Buffer | undefined,
  handler: AttemptHandler,
): void {
  const { exchange, upstream, headerFacts } = attempt;
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
    onClientIdle: () => answerIdle(exchange),
  };
  forwardInGeneral(connections, options, attempt, body, handler).then(
    (outcome) => handler.onOutcome(outcome),
    (error: unknown) => handler.onBroken(error),
  );
}

function answerIdle(exchange: Exchange): void {
  answerError({ ...exchange, closesConnection: true }, 'REQUEST_TIMEOUT');
}

/** What is not plain, by the libraries that know all of HTTP. */
function forwardInGeneral(
  { singleUse, get }: Connections,
  options: ForwardOptions,
  { exchange, upstream: { url } }: AttemptToSend,
  body: Buffer | undefined,
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
