import { type ClientRequest, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { findAnswerProblem } from './answer-check.ts';
import type { SingleUse } from './connections.ts';
import type { Continuation } from './continuation.ts';
import { endWithTrailers, type ForwardOptions, type ForwardOutcome, passInformation } from './forward.ts';
import { hasRequestBody } from './request-body.ts';
import { keepTrailers } from './trailers.ts';
import { UpstreamFault } from './upstream-error.ts';

/** An instance that does not answer an expectation by then gets the body anyway (RFC 9110, 10.1.1). */
const continueWaitMs = 1000;

export type OnceForwardOptions = ForwardOptions & {
  request: IncomingMessage;
  response: ServerResponse;
  /** Origin of the instance. */
  url: string;
  singleUse: SingleUse;
  continuation: Continuation | undefined;
  /** For a request that asks for a tunnel: the instance agreed, and its head was passed on. Resolves once it is closed. */
  onTunnel?(upstream: Socket, head: Buffer): Promise<void>;
};

/**
 * The same as `forward` over a connection of its own, with Node's client, for what pooled requests cannot do: request
 * trailers, an expectation that the instance itself answers, and tunnels. Settles once all is done; never rejects.
 */
export function forwardOnce(options: OnceForwardOptions): Promise<ForwardOutcome> {
  const { request, response, timeouts, continuation, onTunnel } = options;
  return new Promise((resolve) => {
    const hasBody = hasRequestBody(request);
    let phase: 'connecting' | 'asking' | 'sending' | 'waiting' | 'answering' = 'connecting';
    let isClientGone = false;
    let hasHead = false;
    let isDropped = false;
    let isSettled = false;
    let answer: IncomingMessage | undefined;
    let timer: NodeJS.Timeout | undefined;

    let sent: ClientRequest;
    try {
      sent = open(options);
    } catch (error) {
      resolve({ kind: 'failed', error: error as Error, wasNotSent: true });
      return;
    }

    const arm = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(onTimeout, ms);
    };
    const stopBody = () => {
      request.off('data', sendChunk);
      request.off('end', endBody);
      if (phase !== 'connecting' && !request.complete) request.resume();
    };
    const settle = (outcome: ForwardOutcome) => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      response.off('close', onClose);
      response.off('drain', onDrain);
      stopBody();
      sent.destroy();
      resolve(outcome);
    };
    const fail = (error: Error) => {
      if (isSettled) return;
      if (isClientGone) return settle({ kind: 'clientGone' });
      if (!hasHead || isDropped) return settle({ kind: 'failed', error, wasNotSent: phase === 'connecting' });
      response.destroy();
      settle({ kind: 'brokeOff', error });
    };
    const cancel = () => {
      isClientGone = true;
      settle({ kind: 'clientGone' });
    };
    const onClose = () => {
      if (!response.writableFinished) cancel();
    };
    const onDrain = () => answer?.resume();
    const onSentClose = () => fail(new Error('the connection was closed'));

    const sendChunk = (chunk: Buffer) => {
      arm(timeouts.idleMs);
      if (!sent.write(chunk)) request.pause();
    };
    const endBody = () => {
      const trailers = keepTrailers(request.rawTrailers);
      if (trailers.length > 0) sent.addTrailers(trailers);
      sent.end();
      if (phase !== 'answering') {
        phase = 'waiting';
        arm(timeouts.firstByteMs);
      }
    };
    const sendBody = () => {
      phase = 'sending';
      arm(timeouts.idleMs);
      sent.on('drain', () => request.resume());
      request.on('data', sendChunk);
      request.on('end', endBody);
    };
    const goOn = () => {
      continuation?.send();
      sendBody();
    };

    function onTimeout(): void {
      if (phase === 'connecting') fail(new UpstreamFault('UPSTREAM_CONNECT_TIMEOUT', 'no connection in time'));
      else if (phase === 'asking') goOn();
      else if (phase === 'waiting') fail(new UpstreamFault('UPSTREAM_TIMEOUT', 'no answer in time'));
      else if (phase === 'sending' && !request.isPaused()) {
        options.onClientIdle();
        cancel();
      } else if (phase === 'answering' && (response.writableNeedDrain || isDropped)) arm(timeouts.idleMs);
      else fail(new UpstreamFault('UPSTREAM_IDLE_TIMEOUT', 'it fell silent'));
    }

    function onConnected(): void {
      if (!hasBody) {
        phase = 'waiting';
        arm(timeouts.firstByteMs);
      } else if (continuation) {
        phase = 'asking';
        arm(continueWaitMs);
      } else {
        sendBody();
      }
    }

    function onAnswer(incoming: IncomingMessage): void {
      phase = 'answering';
      answer = incoming;
      arm(timeouts.idleMs);
      const problem = findAnswerProblem(incoming.rawHeaders);
      if (problem) {
        fail(new UpstreamFault('UPSTREAM_MALFORMED', problem));
        return;
      }
      try {
        const head = { status: incoming.statusCode ?? 502, rawHeaders: incoming.rawHeaders };
        isDropped = options.onHead(head) === 'drop';
      } catch (error) {
        fail(error as Error);
        return;
      }
      hasHead = true;
      incoming.on('data', (chunk: Buffer) => {
        timer?.refresh();
        if (!isDropped && !response.write(chunk)) incoming.pause();
      });
      incoming.on('end', () => {
        if (!isDropped) endWithTrailers(response, options.takesTrailers ? incoming.rawTrailers : []);
        settle(isDropped ? { kind: 'dropped' } : { kind: 'passed' });
      });
      incoming.on('error', fail);
    }

    async function onAgreed(incoming: IncomingMessage, upstream: Socket, head: Buffer): Promise<void> {
      upstream.on('error', () => upstream.destroy());
      if (!onTunnel || incoming.headers.upgrade?.toLowerCase() !== 'websocket') {
        upstream.destroy();
        fail(new UpstreamFault('UPSTREAM_MALFORMED', 'it changed the protocol to one that nobody asked for'));
        return;
      }
      clearTimeout(timer);
      response.off('close', onClose);
      sent.off('close', onSentClose);
      try {
        options.onHead({ status: 101, rawHeaders: incoming.rawHeaders });
        await onTunnel(upstream, head);
        settle({ kind: 'passed' });
      } catch (error) {
        upstream.destroy();
        fail(error as Error);
      }
    }

    response.on('close', onClose);
    response.on('drain', onDrain);
    sent.on('error', fail);
    sent.on('close', onSentClose);
    sent.once('socket', (socket) => {
      socket.once(options.url.startsWith('https:') ? 'secureConnect' : 'connect', onConnected);
    });
    sent.on('continue', () => {
      if (phase === 'asking') goOn();
    });
    sent.on('information', ({ statusCode, rawHeaders }) => {
      passInformation(request, response, statusCode, rawHeaders);
    });
    sent.once('response', onAnswer);
    sent.once('upgrade', onAgreed);
    arm(timeouts.connectMs);
    if (hasBody) sent.flushHeaders();
    else sent.end();
  });
}

function open({ url, singleUse, method, target, headers }: OnceForwardOptions): ClientRequest {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const send = protocol === 'https:' ? httpsRequest : httpRequest;
  const tls = protocol === 'https:' ? { servername: isIP(host) ? '' : host } : {};
  return send({
    host,
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : port,
    method,
    path: target,
    headers,
    setHost: false,
    agent: false,
    insecureHTTPParser: false,
    ...singleUse,
    ...tls,
  });
}
