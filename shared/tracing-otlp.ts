import {
  type Attributes,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from './logger.ts';
import { readTraceparent, writeTraceparent } from './trace-context.ts';
import type { Tracing } from './tracing.ts';

const sendIntervalMs = 1000;
const sendTimeoutMs = 5000;
const stopTimeoutMs = 3000;
const maxWaitingSpans = 8192;
/** Requests of other methods count as one, so that clients cannot make names up. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']);

/**
 * Traces by OTLP over HTTP: one span a request, with the attributes of OpenTelemetry's conventions for HTTP servers.
 * Spans wait in memory and leave once a second; when the collector is away they are dropped beyond a bound.
 */
export function createTracing({
  endpoint,
  ratio,
  room,
  instanceId,
  version,
  logger,
  isEdge = false,
}: {
  endpoint: string;
  ratio: number;
  room: string;
  instanceId: string;
  version: string;
  logger: Logger;
  isEdge?: boolean;
}): Tracing {
  const complain = (message: string) => logger.warn({ problem: message.slice(0, 500) }, 'traces cannot be sent');
  diag.setLogger(
    { error: complain, warn: () => {}, info: () => {}, debug: () => {}, verbose: () => {} },
    { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
  );
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: sendTimeoutMs,
  });
  const byRatio = new TraceIdRatioBasedSampler(ratio);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.namespace': 'fairline',
      'service.name': room,
      'service.instance.id': instanceId,
      'service.version': version,
    }),
    sampler: isEdge ? byRatio : new ParentBasedSampler({ root: byRatio }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter, scheduledDelayMillis: sendIntervalMs, maxQueueSize: maxWaitingSpans }),
    ],
  });
  const tracer = provider.getTracer('fairline', version);

  return {
    begin({ method, path, requestId, traceparent }) {
      const parent = readTraceparent(traceparent);
      const context = parent
        ? trace.setSpanContext(ROOT_CONTEXT, {
            traceId: parent.traceId,
            spanId: parent.spanId,
            traceFlags: parent.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
            isRemote: true,
          })
        : ROOT_CONTEXT;
      const isKnown = knownMethods.has(method);
      const attributes: Attributes = {
        'http.request.method': isKnown ? method : '_OTHER',
        'url.path': path,
        'fairline.request.id': requestId,
      };
      const span = tracer.startSpan(isKnown ? method : 'HTTP', { kind: SpanKind.SERVER, attributes }, context);
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        traceparent: writeTraceparent({ traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 }),
        end({ route, status }) {
          span.updateName(`${isKnown ? method : 'HTTP'} ${route}`);
          span.setAttributes({ 'http.route': route, 'http.response.status_code': status });
          if (status >= 500) {
            span.setAttribute('error.type', String(status));
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end();
        },
      };
    },

    async stop() {
      const deadline = new Promise<void>((resolve) => {
        setTimeout(resolve, stopTimeoutMs).unref();
      });
      await Promise.race([provider.shutdown().catch(() => {}), deadline]);
      diag.disable();
    },
  };
}
