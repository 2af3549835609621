import Type, { type Static } from 'typebox';
import type { Logger } from './logger.ts';

/** Fields of a room's config that switch traces on. */
export const tracingConfig = {
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
    Type.String({
      pattern: '^https?://',
      secret: true,
      description:
        'OpenTelemetry collector (OTLP over HTTP) that gets traces, like http://127.0.0.1:4318; default: no traces',
    }),
  ),
  TRACE_RATIO: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 1,
    description: 'share of the requests that are traced, decided by the gateway',
  }),
};

export type TracingSettings = Readonly<Static<ReturnType<typeof Type.Object<typeof tracingConfig>>>>;

/** A request as its span sees it: never a header, a cookie or a query. */
export type TracedRequest = { method: string; path: string; requestId: string; traceparent: string | undefined };

export type TracedAnswer = {
  /** Pattern of the address. */
  route: string;
  /** 499: the client went away before its answer. */
  status: number;
};

export type RequestSpan = {
  /** What others are told who are asked for the sake of this request. */
  readonly traceparent: string;
  /** Once. */
  end(answer: TracedAnswer): void;
};

export type Tracing = {
  /** A span of kind server that begins now, within the trace that the request names or a new one. */
  begin(request: TracedRequest): RequestSpan;
  /** Sends what was not sent yet, for some seconds at most. Never rejects. */
  stop(): Promise<void>;
};

/**
 * Traces of this process, or undefined when they are off: then no library for them is loaded, and nothing costs anything.
 */
export async function startTracing(options: {
  settings: TracingSettings;
  room: string;
  instanceId: string;
  version: string;
  logger: Logger;
  /** Visitors come here first: what they say of sampling does not count. */
  isEdge?: boolean;
}): Promise<Tracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, TRACE_RATIO: ratio } = options.settings;
  if (endpoint === undefined) return undefined;
  const { createTracing } = await import('./tracing-otlp.ts');
  return createTracing({ ...options, endpoint, ratio });
}
