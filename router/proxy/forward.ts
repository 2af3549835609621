import { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { findAnswerProblem } from './answer-check.ts';
import type { ClientRequest, ClientResponse } from './client-pair.ts';
import type { ForwardTimeouts } from './connections.ts';
import { hasRequestBody, relayBody } from './request-body.ts';
import { keepTrailers } from './trailers.ts';
import { UpstreamFault } from './upstream-error.ts';

export type AnswerHead = {
  status: number;
  rawHeaders: readonly string[];
  /** Every name and value was found to be what HTTP allows. */
  isChecked?: boolean;
};

/** What every way of sending a request to an instance needs. */
export type ForwardOptions = {
  request: ClientRequest;
  response: ClientResponse;
  method: string;
  /** Canonical path and query. */
  target: string;
  headers: string[];
  timeouts: ForwardTimeouts;
  /** The client takes trailers after the body. */
  takesTrailers: boolean;
  /**
   * Called once, with the head of the answer, before anything was sent to the client. Writes the head to the response
   * and returns `pass`, or returns `drop` to have the answer thrown away.
   */
  onHead(head: AnswerHead): 'pass' | 'drop';
  /** The client fell silent in the middle of its body: answers it as it deserves. The instance is not to blame. */
  onClientIdle(): void;
};

export type PooledForwardOptions = ForwardOptions & {
  dispatcher: Dispatcher;
  /** TLS name of an https upstream; the Host header is the visitor's. */
  servername: string | undefined;
  /** The body, when all of it is there; other bodies are streamed. */
  body: Buffer | undefined;
};

export type ForwardOutcome =
  | { kind: 'passed' }
  | { kind: 'dropped' }
  /** Nothing was sent to the client. */
  | { kind: 'failed'; error: Error; wasNotSent: boolean }
  /** The answer broke off on its way; the client's connection was cut so that it notices. */
  | { kind: 'brokeOff'; error: Error }
  | { kind: 'clientGone' };

/** Who asked an instance: hears of the answer, whichever way the request went. */
export type AnswerHandler = Pick<ForwardOptions, 'onHead'> & {
  /** Once, when the answer is done or there will be none. Must not throw. */
  onOutcome(outcome: ForwardOutcome): void;
};

/**
 * Sends one request to one instance over a pooled connection and its answer back, both streamed with back-pressure. A
 * client that goes away cancels the request to the instance. Settles once the answer is done; never rejects.
 */
export function forward(options: PooledForwardOptions): Promise<ForwardOutcome> {
  const { dispatcher, request, response, timeouts, onHead, body } = options;
  return new Promise((resolve) => {
    const hasStream = body === undefined && hasRequestBody(request);
    let controller: Dispatcher.DispatchController | undefined;
    let firstByteTimer: NodeJS.Timeout | undefined;
    let isSent = false;
    let isBodySent = !hasStream;
    let isDropped = false;
    let hasHead = false;
    let isClientGone = false;

    const cancel = () => {
      isClientGone = true;
      controller?.abort(new Error('the client went away'));
    };
    const onClose = () => {
      if (!response.writableFinished) cancel();
    };
    const onDrain = () => controller?.resume();
    const settle = (outcome: ForwardOutcome) => {
      clearTimeout(firstByteTimer);
      response.off('close', onClose);
      response.off('drain', onDrain);
      resolve(outcome);
    };
    response.on('close', onClose);
    response.on('drain', onDrain);

    const handler: Dispatcher.DispatchHandler & { onRequestSent(): void } = {
      onRequestStart(started) {
        controller = started;
        isSent = true;
        if (isClientGone) started.abort(new Error('the client went away'));
      },
      onRequestSent() {
        isBodySent = true;
        if (!hasStream || hasHead) return;
        firstByteTimer = setTimeout(() => {
          controller?.abort(new UpstreamFault('UPSTREAM_TIMEOUT', 'no answer in time after the request was sent'));
        }, timeouts.firstByteMs);
      },
      onResponseStart(_controller, status) {
        if (status < 200) {
          passInformation(request, response, status, toText(controller?.rawHeaders));
          return;
        }
        clearTimeout(firstByteTimer);
        const rawHeaders = toText(controller?.rawHeaders);
        const problem = findAnswerProblem(rawHeaders);
        if (problem) {
          controller?.abort(new UpstreamFault('UPSTREAM_MALFORMED', problem));
          return;
        }
        isDropped = onHead({ status, rawHeaders }) === 'drop';
        hasHead = true;
      },
      onResponseData(paused, chunk) {
        if (!isDropped && !response.write(chunk)) paused.pause();
      },
      onResponseEnd() {
        if (!isDropped) endWithTrailers(response, options.takesTrailers ? toText(controller?.rawTrailers) : []);
        settle(isDropped ? { kind: 'dropped' } : { kind: 'passed' });
      },
      onResponseError(_controller, error) {
        if (isClientGone) return settle({ kind: 'clientGone' });
        if (!hasHead || isDropped) {
          return settle({ kind: 'failed', error: isBodySent ? error : tellStuckBody(error), wasNotSent: !isSent });
        }
        response.destroy();
        settle({ kind: 'brokeOff', error });
      },
    };

    const onIdle = () => {
      if (!hasHead) options.onClientIdle();
      else response.destroy();
      cancel();
    };
    const streamed = () =>
      hasStream && request instanceof IncomingMessage ? relayBody(request, { idleMs: timeouts.idleMs, onIdle }) : null;
    const dispatchOptions: Dispatcher.DispatchOptions & { servername?: string } = {
      method: options.method,
      path: options.target,
      headers: options.headers,
      body: body ?? streamed(),
      // With a stream, the time to the first byte begins at its end; until then silence is what counts.
      headersTimeout: hasStream ? timeouts.idleMs : timeouts.firstByteMs,
      ...(options.servername === undefined ? {} : { servername: options.servername }),
    };
    try {
      dispatcher.dispatch(dispatchOptions, handler);
    } catch (error) {
      // undici refuses some requests by throwing, for instance on a pool that was closed a moment ago.
      settle({ kind: 'failed', error: error as Error, wasNotSent: true });
    }
  });
}

/** Early hints and the like; those who speak HTTP/1.0 do not know them. */
export function passInformation(
  request: ClientRequest,
  response: ClientResponse,
  status: number,
  rawHeaders: readonly string[],
): void {
  if (status !== 103 || request.httpVersion !== '1.1' || response.headersSent) return;
  const links: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === 'link') links.push(rawHeaders[index + 1] ?? '');
  }
  if (links.length > 0) response.writeInformation(status, { link: links });
}

/** Trailers pass only where the head left room for them, that is when the body is chunked. */
export function endWithTrailers(response: ClientResponse, rawTrailers: readonly string[]): void {
  const trailers = keepTrailers(rawTrailers);
  if (trailers.length > 0 && response instanceof ServerResponse && response.chunkedEncoding)
    response.addTrailers(trailers);
  response.end();
}

function tellStuckBody(error: Error & { code?: unknown }): Error {
  if (error.code !== 'UND_ERR_HEADERS_TIMEOUT') return error;
  return new UpstreamFault('UPSTREAM_IDLE_TIMEOUT', 'it stopped taking the body', { cause: error });
}

function toText(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
}
