import type { Clock } from '@fairline/shared/clock.ts';
import { createHttpApp, type HttpApp } from '@fairline/shared/http-app.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import type { Metrics } from '@fairline/shared/metrics.ts';
import type { AuditStore } from '@fairline/shared/stores/audit/store.ts';
import type { InstanceStore } from '@fairline/shared/stores/instances/store.ts';
import type { SettingsStore } from '@fairline/shared/stores/settings/store.ts';
import accepts from '@fastify/accepts';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import type { FastifyPluginAsync, FastifyPluginCallback } from 'fastify';
import { addApiDocsRoutes } from './api-docs/api-docs-routes.ts';
import { addAccess } from './operators/access.ts';
import { createAudit } from './operators/audit.ts';
import type { GatewayNetworks } from './operators/gateway-networks.ts';
import { createLogin } from './operators/login.ts';
import { addLoginRoutes } from './operators/login-routes.ts';
import { createLoginSlowdown } from './operators/login-slowdown.ts';
import type { Operator } from './operators/operators.ts';
import { createSessions } from './operators/session.ts';
import type { OverviewReader } from './overview/overview-reader.ts';
import { addOverviewRoutes } from './overview/overview-routes.ts';
import manifest from './package.json' with { type: 'json' };
import { addAssetRoutes } from './pages/asset-routes.ts';
import { loadAssets } from './pages/assets.ts';
import { createPages } from './pages/pages.ts';
import { addSettingsRoutes } from './settings/settings-routes.ts';

export type AppParts = {
  logger: Logger;
  metrics?: Metrics;
  clock: Pick<Clock, 'nowMs'>;
  event: string;
  operators: ReadonlyMap<string, Operator>;
  secrets: readonly string[];
  networks: GatewayNetworks;
  reader: OverviewReader;
  settings: SettingsStore;
  instances: InstanceStore;
  audit: AuditStore;
  /** Plugins that see every request, such as the instance report. */
  plugins?: readonly (FastifyPluginCallback | FastifyPluginAsync)[];
};

/** Own files only, no inline scripts or styles, forms to ourselves, framed by nobody. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** The operators' page as an app; it does not listen. */
export async function buildApp(parts: AppParts): Promise<HttpApp> {
  const { logger, metrics, clock, operators, networks, reader, audit, settings, instances } = parts;
  const nowMs = () => clock.nowMs();
  // The gateway tells who asks, and leaves out whatever a client could have made up.
  const trustProxy = (address: string, hop: number) => hop > 0 || networks.has(address);
  const app = createHttpApp({ logger, trustProxy, bodyLimit: 64 * 1024, ...(metrics ? { metrics } : {}) });
  for (const plugin of parts.plugins ?? []) await app.register(plugin);
  await app.register(helmet, {
    contentSecurityPolicy,
    // Without a referrer browsers send `Origin: null` with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    // Whether the whole site is https for good is not for this page to say.
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  });
  await app.register(cookie);
  await app.register(accepts);
  await app.register(formbody, { bodyLimit: 64 * 1024 });

  const assets = loadAssets();
  const sessions = createSessions({ secrets: parts.secrets, operators });
  const login = createLogin({ operators, slowdown: createLoginSlowdown() });
  const pages = createPages({ assets: assets.urls, event: parts.event, sessions });
  const noteChange = createAudit({ store: audit, logger });
  app.decorate('errorPage', pages.errorPage);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'private, no-store').header('vary', 'accept-language, accept');
  });
  addAccess(app, { sessions, networks, nowMs });
  addAssetRoutes(app, assets);
  addLoginRoutes(app, { login, sessions, pages, nowMs });
  addApiDocsRoutes(app, manifest);
  addOverviewRoutes(app, { reader, audit, noteChange, instances, pages });
  addSettingsRoutes(app, { reader, audit, noteChange, settings, pages, sessions });
  return app;
}
