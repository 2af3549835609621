import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorBody } from './contracts/error-body.ts';
import { bodyOfError, type ErrorCode, errorBody, errorRow } from './errors.ts';
import { toCodedError } from './http-errors.ts';

// While Redis is away every request fails the same way: its cause is logged this often, not with each of them.
const repeatLogMs = 1000;
const maxDroppedBytes = 16 * 1024 * 1024;

/**
 * The error handler of an app: any error becomes a coded body, or the app's `errorPage` for people. Faults of ours are
 * logged here and nowhere else: whoever throws does not log.
 */
export function createErrorHandler(): (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => void {
  const loggedAtMs = new Map<ErrorCode, number>();

  const isWorthALine = (code: ErrorCode) => {
    if (!errorRow(code).retryable) return true;
    const nowMs = performance.now();
    if (nowMs - (loggedAtMs.get(code) ?? Number.NEGATIVE_INFINITY) < repeatLogMs) return false;
    loggedAtMs.set(code, nowMs);
    return true;
  };

  return (thrown, request, reply) => {
    const error = toCodedError(thrown);
    const { code } = error;
    const row = errorRow(code);
    request.errorCode = code;
    if (row.status >= 500 && isWorthALine(code)) {
      request.log[row.retryable ? 'warn' : 'error']({ err: error.cause ?? error, code }, 'request failed');
    }
    // Closing under a sender who is still writing would lose the answer: up to a limit the rest is read and dropped.
    if (code === 'BODY_TOO_LARGE' && Number(request.headers['content-length']) <= maxDroppedBytes) {
      reply.removeHeader('connection');
    }
    const body = bodyOfError(error, request.id);
    reply.code(row.status).header('cache-control', 'no-store');
    if (row.retryAfterSec !== undefined && !reply.hasHeader('retry-after')) {
      reply.header('retry-after', row.retryAfterSec);
    }
    const page = renderPage(body, request);
    if (page === undefined) reply.type('application/json; charset=utf-8').send(body);
    else reply.type('text/html; charset=utf-8').send(page);
  };
}

// A page that fails must not take the error's place: the answer is JSON then.
function renderPage(body: ErrorBody, request: FastifyRequest): string | undefined {
  if (!request.headers.accept?.includes('text/html')) return undefined;
  try {
    return request.server.errorPage?.(body, request);
  } catch (error) {
    request.log.error({ err: error }, 'error page failed');
    return undefined;
  }
}

const codesOfParser: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'BODY_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

/** Node keeps the answer that a connection is busy with there; its own handler looks at it in the same way. */
type AnsweringSocket = Socket & { _httpMessage?: ServerResponse | null };

/** Answers what is no HTTP request: the parser gave up, so the connection ends with the answer. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  // Another answer is on its way on this connection: what is written now would be taken for a part of it.
  if ((socket as AnsweringSocket)._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  const code = codesOfParser[error.code ?? ''] ?? 'BAD_REQUEST';
  const answer = errorBody(code, randomUUID(), 'it is not valid HTTP');
  const body = JSON.stringify(answer);
  socket.end(
    `HTTP/1.1 ${answer.statusCode} ${answer.error}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n${body}`,
  );
}
