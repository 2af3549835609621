import { type ErrorCode, errorBody, errorRow } from '@fairline/shared/errors.ts';
import type { ClientRequest, ClientResponse } from './client-pair.ts';
import { type Continuation, leavesBodyOpen } from './continuation.ts';
import { privateCacheControl } from './response-headers.ts';

export type LocalAnswer = {
  request: ClientRequest;
  response: ClientResponse;
  requestId: string;
  setCookie: string | undefined;
  continuation?: Continuation | undefined;
  closesConnection: boolean;
};

/** A body up to this size that nobody wants is read to its end, so that the connection can be used again. */
const maxWastedBytes = 64 * 1024;

/** Answers from the gateway itself, a coded error as JSON. */
export function answerError(answer: LocalAnswer, code: ErrorCode, ...slots: unknown[]): void {
  const { status, retryAfterSec } = errorRow(code);
  const body = JSON.stringify(errorBody(code, answer.requestId, ...slots));
  const headers = ['content-type', 'application/json; charset=utf-8'];
  if (retryAfterSec !== undefined) headers.push('retry-after', String(retryAfterSec));
  answerLocally(answer, status, headers, body);
}

/** The client fell silent in the middle of its body. */
export function answerIdleClient(answer: LocalAnswer): void {
  answerError({ ...answer, closesConnection: true }, 'REQUEST_TIMEOUT');
}

/** Answers from the gateway itself. Such an answer is never stored, and never waits for a body nobody reads. */
export function answerLocally(answer: LocalAnswer, status: number, ownHeaders: readonly string[], body: string): void {
  const { request, response, requestId, setCookie } = answer;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const headers = [...ownHeaders, 'cache-control', privateCacheControl, 'x-request-id', requestId];
  if (setCookie !== undefined) headers.push('set-cookie', setCookie);
  headers.push('content-length', String(Buffer.byteLength(body)));
  const isClosed = answer.closesConnection || leavesBodyOpen(answer.continuation) || leavesMuchUnread(request);
  if (isClosed) headers.push('connection', 'close');
  response.writeHead(status, headers);
  if (request.method === 'HEAD') response.end();
  else response.end(body, 'utf8');
}

/** So much of a body is still to come that the connection is not worth waiting for its end. */
export function leavesMuchUnread(request: ClientRequest): boolean {
  if (request.complete) return false;
  if (request.headers['transfer-encoding'] !== undefined) return true;
  return Number(request.headers['content-length'] ?? 0) > maxWastedBytes;
}
