import type { Clock } from '@fairline/shared/clock.ts';
import { createHttpApp, type HttpApp } from '@fairline/shared/http-app.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import type { Metrics } from '@fairline/shared/metrics.ts';
import type { Observing } from '@fairline/shared/observing.ts';
import type { RedisClient } from '@fairline/shared/redis/client.ts';
import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import accepts from '@fastify/accepts';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import type { FastifyPluginAsync, FastifyPluginCallback } from 'fastify';
import { addApiDocsRoutes } from './api-docs/api-docs-routes.ts';
import { addAuditRoutes } from './audit/audit-routes.ts';
import { addBlockRoutes } from './blocks/block-routes.ts';
import { createDesks } from './desks.ts';
import { addExportRoutes } from './export/export-routes.ts';
import { addInstanceRoutes } from './instances/instance-routes.ts';
import type { LiveHub } from './live/live-hub.ts';
import { addLiveRoutes } from './live/live-routes.ts';
import { addAccess } from './operators/access.ts';
import { createAudit } from './operators/audit.ts';
import type { GatewayNetworks } from './operators/gateway-networks.ts';
import { createLogin } from './operators/login.ts';
import { addLoginRoutes } from './operators/login-routes.ts';
import { createLoginSlowdown } from './operators/login-slowdown.ts';
import type { OperatorBook } from './operators/operator-book.ts';
import { createSessions } from './operators/session.ts';
import type { Token } from './operators/tokens.ts';
import type { OverviewReader } from './overview/overview-reader.ts';
import { addOverviewRoutes, readOverview } from './overview/overview-routes.ts';
import manifest from './package.json' with { type: 'json' };
import { addAssetRoutes } from './pages/asset-routes.ts';
import { loadAssets } from './pages/assets.ts';
import { createPages } from './pages/pages.ts';
import { addSettingsFormRoutes } from './pages/settings-form-routes.ts';
import { addViewRoutes } from './pages/view-routes.ts';
import { addSaleRoutes } from './sale/sale-routes.ts';
import { addScalingRoutes } from './scaling/scaling-routes.ts';
import { addSettingsRoutes } from './settings/settings-routes.ts';
import type { Stores } from './stores.ts';
import type { RecentChanges } from './turns/recent-changes.ts';
import type { TurnTracker } from './turns/turn-tracker.ts';
import { addVisitorRoutes } from './visitors/visitor-routes.ts';

export type AppParts = {
  logger: Logger;
  metrics?: Metrics;
  observing?: Observing;
  clock: Pick<Clock, 'nowMs'>;
  event: string;
  book: OperatorBook;
  tokens?: readonly Token[];
  secrets: readonly string[];
  networks: GatewayNetworks;
  /** Clients that may see anything of it; undefined: all. */
  visibleTo?: GatewayNetworks | undefined;
  redis: RedisClient;
  keys: EventKeys;
  stores: Stores;
  reader: OverviewReader;
  hub: LiveHub;
  turns: TurnTracker;
  recent: RecentChanges;
  /** Writes what is not yet written of the turns. */
  flushTurns(): Promise<void>;
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
  const { logger, metrics, clock, book, event, networks, reader, stores, hub } = parts;
  const { audit } = stores;
  const nowMs = () => clock.nowMs();
  // The gateway tells who asks, and leaves out whatever a client could have made up.
  const trustProxy = (address: string, hop: number) => hop > 0 || networks.has(address);
  const app = createHttpApp({
    ...{ logger, trustProxy, bodyLimit: 64 * 1024 },
    ...(metrics ? { metrics } : {}),
    ...parts.observing,
  });
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
  const sessions = createSessions({ secrets: parts.secrets, operators: book.operators });
  const login = createLogin({ operators: book.operators, slowdown: createLoginSlowdown() });
  const pages = createPages({ assets, event, sessions });
  const noteChange = createAudit({ store: audit, logger });
  const desks = createDesks({ ...parts, noteChange });
  app.decorate('errorPage', pages.errorPage);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'private, no-store').header('vary', 'accept-language, accept');
  });
  addAccess(app, { sessions, tokens: parts.tokens ?? [], networks, visibleTo: parts.visibleTo, nowMs });
  addAssetRoutes(app, assets);
  addLoginRoutes(app, { login, sessions, pages, nowMs });
  addApiDocsRoutes(app, manifest);
  addOverviewRoutes(app, { reader });
  addSettingsRoutes(app, { reader, desk: desks.settings, sessions });
  addLiveRoutes(app, { hub, reader, sessions, event, nowMs });
  addInstanceRoutes(app, { desk: desks.instances });
  addVisitorRoutes(app, { desk: desks.visitors, reader });
  addBlockRoutes(app, { desk: desks.blocks, reader });
  addScalingRoutes(app, { desk: desks.scaling, reader });
  addAuditRoutes(app, { audit });
  addSaleRoutes(app, { desk: desks.sale, event, reader });
  addExportRoutes(app, { exports: desks.exports, sales: stores.sales, event, noteChange });
  const views = { pages, readSnapshot: () => readOverview(reader) };
  addViewRoutes(app, views);
  addSettingsFormRoutes(app, { ...views, settings: desks.settings, refresh: reader.refresh });
  return app;
}
