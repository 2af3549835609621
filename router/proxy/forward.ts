import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { hasRequestBody, relayBody } from './request-body.ts';

export type AnswerHead = { status: number; rawHeaders: readonly string[] };

export type ForwardOptions = {
  dispatcher: Dispatcher;
  /** TLS name of an https upstream; the Host header is the visitor's. */
  servername: string | undefined;
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  /** Canonical path and query. */
  target: string;
  headers: string[];
  /**
   * Called once, with the head of the answer, before anything was sent to the client. Writes the head to the response
   * and returns `pass`, or returns `drop` to have the answer thrown away.
   */
  onHead(head: AnswerHead): 'pass' | 'drop';
};

export type ForwardOutcome =
  | { kind: 'passed' }
  | { kind: 'dropped' }
  /** Nothing was sent to the client. */
  | { kind: 'failed'; error: Error; wasNotSent: boolean }
  /** The answer broke off on its way; the client's connection was cut so that it notices. */
  | { kind: 'brokeOff'; error: Error }
  | { kind: 'clientGone' };

/**
 * Sends one request to one instance and its answer back, both streamed with back-pressure. A client that goes away
 * cancels the request to the instance. Settles once the answer is done; never rejects.
 */
export function forward(options: ForwardOptions): Promise<ForwardOutcome> {
  const { dispatcher, request, response, onHead } = options;
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined;
    let isSent = false;
    let isDropped = false;
    let hasHead = false;
    let isClientGone = false;

    const onClose = () => {
      if (response.writableFinished) return;
      isClientGone = true;
      controller?.abort(new Error('the client went away'));
    };
    const onDrain = () => controller?.resume();
    const settle = (outcome: ForwardOutcome) => {
      response.off('close', onClose);
      response.off('drain', onDrain);
      resolve(outcome);
    };
    response.on('close', onClose);
    response.on('drain', onDrain);

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        isSent = true;
        if (isClientGone) started.abort(new Error('the client went away'));
      },
      onResponseStart(_controller, status) {
        if (status < 200) return;
        isDropped = onHead({ status, rawHeaders: toText(controller?.rawHeaders) }) === 'drop';
        hasHead = true;
      },
      onResponseData(paused, chunk) {
        if (!isDropped && !response.write(chunk)) paused.pause();
      },
      onResponseEnd() {
        if (!isDropped) response.end();
        settle(isDropped ? { kind: 'dropped' } : { kind: 'passed' });
      },
      onResponseError(_controller, error) {
        if (isClientGone) return settle({ kind: 'clientGone' });
        if (!hasHead || isDropped) return settle({ kind: 'failed', error, wasNotSent: !isSent });
        response.destroy();
        settle({ kind: 'brokeOff', error });
      },
    };

    const dispatchOptions: Dispatcher.DispatchOptions & { servername?: string } = {
      method: options.method,
      path: options.target,
      headers: options.headers,
      body: hasRequestBody(request) ? relayBody(request) : null,
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

function toText(rawHeaders: Dispatcher.DispatchController['rawHeaders']): string[] {
  if (!Array.isArray(rawHeaders)) return [];
  return rawHeaders.map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
}
