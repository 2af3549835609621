import type { ErrorBody } from '@fairline/shared/contracts/error-body.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import type { FastifyRequest } from 'fastify';

export type ApiCall = { method: 'GET' | 'POST' | 'PUT' | 'DELETE'; path: string; body?: unknown };
export type ApiAnswer<T> = { kind: 'done'; body: T } | { kind: 'failed'; status: number; error: ErrorBody };

/** Asks this process's own API as whoever sent the request. */
export type AskApi = <T>(call: ApiCall) => Promise<ApiAnswer<T>>;

/**
 * The address of a part of the API. Half a surrogate pair, which JSON can carry and an address cannot, becomes a
 * replacement character that the API refuses.
 */
export function apiPath(...parts: string[]): string {
  return `/system/api/${parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/')}`;
}

/** What says who asks, from where, and by which page; the rest of a browser's headers is none of the API's business. */
const passedOn = [
  'cookie',
  'host',
  'origin',
  'sec-fetch-site',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
];

/**
 * Pages are clients of the API like scripts are: the same doors, checks and words in the audit log, whoever asks. Nothing
 * leaves the process for it.
 */
export function createOwnApi(app: HttpApp, request: FastifyRequest, csrfToken: string): AskApi {
  const headers: Record<string, string> = { accept: 'application/json', 'x-csrf-token': csrfToken };
  for (const name of passedOn) {
    const value = request.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  return async <T>({ method, path, body }: ApiCall): Promise<ApiAnswer<T>> => {
    const answer = await app.inject({
      method,
      url: path,
      headers: { ...headers, 'x-request-id': request.id },
      remoteAddress: request.socket.remoteAddress ?? '',
      ...(body === undefined ? {} : { payload: body as object }),
    });
    if (answer.statusCode < 400) return { kind: 'done', body: answer.json<T>() };
    return { kind: 'failed', status: answer.statusCode, error: answer.json<ErrorBody>() };
  };
}
