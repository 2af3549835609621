import type { IncomingMessage, ServerResponse } from 'node:http';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  type FastifyServerFactory,
  type FastifyServerOptions,
  LogController,
  type RawServerDefault,
} from 'fastify';
import { type AccessLog, createAccessLog } from './access-log.ts';
import type { ErrorBody } from './contracts/error-body.ts';
import { answerClientError, createErrorHandler } from './error-answers.ts';
import { createCodedError, type ErrorCode } from './errors.ts';
import { cutQuery, type Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { createRequestIds } from './request-ids.ts';
import type { RequestSpan, Tracing } from './tracing.ts';

export type HttpApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** The page of an error for people: an app that has one decorates itself with it as `errorPage`. */
export type ErrorPage = (body: ErrorBody, request: FastifyRequest) => string;

declare module 'fastify' {
  interface FastifyInstance {
    errorPage?: ErrorPage;
  }
  interface FastifyRequest {
    /** The code of the error that was the answer, for the line in the log. */
    errorCode?: ErrorCode;
    /** Who asks, for the line in the log, when the room knows. */
    visitorId?: string;
    span?: RequestSpan;
  }
}

export type HttpAppOptions = {
  logger: Logger;
  /** As in Fastify: which proxies are believed about who asks. Default: none. */
  trustProxy?: FastifyServerOptions['trustProxy'];
  /** Bytes of a request body, default 64 KiB; beyond it 413 `BODY_TOO_LARGE`. */
  bodyLimit?: number;
  serverFactory?: FastifyServerFactory<RawServerDefault>;
  /** Observes every answer by its route. */
  metrics?: Metrics;
  /** Default: sampled under flood. */
  accessLog?: AccessLog | undefined;
  /** Left out, requests are not traced. */
  tracing?: Tracing | undefined;
};

const defaultBodyLimit = 64 * 1024;
// Time for a whole request to arrive, against clients that send a byte at a time.
const requestTimeoutMs = 60_000;
const createRequestId = createRequestIds();
const saneRequestId = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** Silences Fastify's two lines for each request, which show the query string: one of our own stands for them. */
class OwnRequestLines extends LogController {
  override incomingRequest(): void {}
  override requestCompleted(): void {}
  override routeNotFound(): void {}
}

/** The request id that came along when it is of a sane form, else a new one. */
export function readRequestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && saneRequestId.test(given) ? given : createRequestId();
}

/**
 * A Fastify app with what every room shares: request ids (told back as `x-request-id`), one log line for each request
 * with its path only, every error as a coded body of docs/errors.md, TypeBox schemas. It does not listen.
 */
export function createHttpApp({
  logger,
  trustProxy = false,
  bodyLimit = defaultBodyLimit,
  serverFactory,
  metrics,
  accessLog = createAccessLog({ logger }),
  tracing,
}: HttpAppOptions): HttpApp {
  const answerError = createErrorHandler();
  const app = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new OwnRequestLines({ requestIdLogLabel: 'requestId' }),
    genReqId: readRequestId,
    trustProxy,
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    // A stopping room still answers what reaches it on open connections; each answer then closes its connection.
    return503OnClosing: false,
    frameworkErrors: answerError,
    clientErrorHandler: answerClientError,
    ...(serverFactory ? { serverFactory } : {}),
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.setErrorHandler(answerError);
  app.decorateRequest('errorCode');
  app.decorateRequest('visitorId');
  app.decorateRequest('span');

  const routes: { pattern: RegExp; methods: string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ pattern: patternOf(url), methods: [method].flat() });
  });
  app.setNotFoundHandler((request, reply) => {
    const path = cutQuery(request.url);
    const allowed = new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods));
    if (allowed.size === 0 || allowed.has(request.method)) throw createCodedError('NOT_FOUND');
    reply.header('allow', [...allowed].sort().join(', '));
    throw createCodedError('METHOD_NOT_ALLOWED', request.method);
  });

  // Without this a connection that had a request in hand when the app closed would keep it from closing until the
  // connection's own keep-alive time is over, long after the deadline of a stop.
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done(null, payload);
  });

  const note = (request: FastifyRequest, status: number, ms: number, isAborted: boolean) => {
    const route = request.routeOptions.url ?? 'none';
    const { method, visitorId } = request;
    accessLog.note(status, () => ({
      ...{ requestId: request.id, method, route, path: cutQuery(request.url), status, ms },
      ...(visitorId === undefined ? {} : { visitor: visitorId }),
      ...(request.errorCode === undefined ? {} : { code: request.errorCode }),
      ...(isAborted ? { isAborted } : {}),
    }));
    metrics?.http.observe(route, method, status, ms / 1000);
    request.span?.end({ route, status });
  };
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (tracing) request.span = beginSpan(tracing, request);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    note(request, reply.statusCode, reply.elapsedTime, false);
    if (isClosing) setImmediate(() => app.server.closeIdleConnections());
    done();
  });
  app.addHook('onRequestAbort', (request, done) => {
    // 499, as proxies log a client that went away before its answer.
    note(request, 499, 0, true);
    done();
  });
  return app;
}

function beginSpan(tracing: Tracing, { id, method, url, headers }: FastifyRequest): RequestSpan {
  const { traceparent } = headers;
  return tracing.begin({
    ...{ method, path: cutQuery(url), requestId: id },
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
  });
}

function patternOf(url: string): RegExp {
  const source = url
    .split('/')
    .map((segment) =>
      segment.includes(':') ? '[^/]+' : segment === '*' ? '.*' : segment.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'),
    )
    .join('/');
  return new RegExp(`^${source === '*' ? '.*' : source}$`);
}
