import { registerHooks } from 'node:module';
import t from 'tap';
import { createLogger } from '../logger.ts';
import { readTraceparent, writeTraceparent } from '../trace-context.ts';

t.test('trace context: what is no traceparent of version 00 counts as none', async (t) => {
  const [traceId, spanId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
  t.same(readTraceparent(`00-${traceId}-${spanId}-01`), { traceId, spanId, isSampled: true });
  t.same(readTraceparent(`00-${traceId}-${spanId}-02`), { traceId, spanId, isSampled: false });
  for (const text of [
    undefined,
    '',
    `01-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}-01-more`,
  ]) {
    t.equal(readTraceparent(text), undefined, String(text));
  }
  t.equal(writeTraceparent({ traceId, spanId, isSampled: true }), `00-${traceId}-${spanId}-01`);
});

t.test('tracing: off by default, and then no library for it is loaded', async (t) => {
  const loaded: string[] = [];
  registerHooks({
    resolve(specifier, context, next) {
      loaded.push(specifier);
      return next(specifier, context);
    },
  });
  const { startTracing } = await import('../tracing.ts');
  const logger = createLogger({ room: 'test', instanceId: 'test-1', level: 'silent' });
  const parts = { room: 'test', instanceId: 'test-1', version: '1', logger };
  t.equal(await startTracing({ settings: { TRACE_RATIO: 1 }, ...parts }), undefined);
  t.ok(loaded.length > 0);
  t.same(
    loaded.filter((name) => /opentelemetry|tracing-otlp/.test(name)),
    [],
  );

  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', TRACE_RATIO: 0 };
  const tracing = await startTracing({ settings, ...parts, isEdge: true });
  t.ok(loaded.some((name) => name.startsWith('@opentelemetry')));
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const span = tracing?.begin({ method: 'GET', path: '/', requestId: 'r', traceparent });
  t.match(span?.traceparent, /^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-00$/, 'clients do not decide');
  span?.end({ route: '/', status: 200 });
  await tracing?.stop();
});
