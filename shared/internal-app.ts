import { createAccessLog } from './access-log.ts';
import { createHttpApp, type HttpApp } from './http-app.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

export type Readiness = {
  /** A reason makes the process not ready under that name; null takes it back. */
  set(name: string, reason: string | null): void;
  /** `name: reason`, in the order of names. */
  reasons(): string[];
  isReady(): boolean;
};

/** Why a process is not ready; ready when nothing speaks against it, also before anything was said. */
export function createReadiness(): Readiness {
  const problems = new Map<string, string>();
  return {
    set: (name, reason) => {
      if (reason === null) problems.delete(name);
      else problems.set(name, reason);
    },
    reasons: () => [...problems].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, reason]) => `${name}: ${reason}`),
    isReady: () => problems.size === 0,
  };
}

/** What the listener tells; a Readiness and Metrics of this process, or what stands for several processes. */
export type InternalAppParts = {
  logger: Logger;
  readiness: { reasons(): string[] | Promise<string[]> };
  metrics: { registry: Pick<Metrics['registry'], 'contentType' | 'metrics'> };
};

/**
 * The listener of a process for its operators, never reached by visitors: `/livez` (the process runs, nothing more),
 * `/readyz` (200 or 503, with the reasons) and `/metrics`.
 */
export function createInternalApp({ logger, metrics, readiness }: InternalAppParts): HttpApp {
  const app = createHttpApp({ logger, accessLog: createAccessLog({ logger, mode: 'off' }) });
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store');
    done();
  });
  app.get('/livez', async () => ({ alive: true }));
  app.get('/readyz', async (_request, reply) => {
    const reasons = await readiness.reasons();
    return reply.code(reasons.length === 0 ? 200 : 503).send({ ready: reasons.length === 0, reasons });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  return app;
}
