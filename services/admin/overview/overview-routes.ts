import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import type { AuditStore } from '@fairline/shared/stores/audit/store.ts';
import type { InstanceStore } from '@fairline/shared/stores/instances/store.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { sessionOf } from '../operators/access.ts';
import type { Audit } from '../operators/audit.ts';
import { type OverviewPageData, overviewPage } from '../pages/overview-page.ts';
import type { Pages } from '../pages/pages.ts';
import { canDisable, type Overview } from './overview.ts';
import type { OverviewReader } from './overview-reader.ts';

const auditShown = 12;

const InstanceForm = Type.Object({
  csrf: Type.Optional(Type.String()),
  id: Type.String({ minLength: 1, maxLength: 128 }),
  wish: Type.Enum(['drain', 'enable']),
});

const OverviewQuery = Type.Object({ notice: Type.Optional(Type.String()) });

export type OverviewParts = {
  reader: OverviewReader;
  audit: AuditStore;
  noteChange: Audit;
  instances: Pick<InstanceStore, 'setDisabled'>;
  pages: Pages;
};

/** What every answer with the whole page shows; the caller adds what is particular. */
export async function sendOverviewPage(
  { reader, audit, pages }: Pick<OverviewParts, 'reader' | 'audit' | 'pages'>,
  request: FastifyRequest,
  reply: FastifyReply,
  particular: Omit<OverviewPageData, 'overview' | 'audit'> = {},
): Promise<FastifyReply> {
  const overview = await readOverview(reader);
  const records = await audit.readLatest(auditShown).catch(() => null);
  const status = overview === undefined ? reply.code(503).header('retry-after', 2) : reply;
  return pages.send(
    status,
    overviewPage(pages.operatorContextOf(request), { overview, audit: records, ...particular }),
  );
}

/** The reading that is there, or a first one; undefined while Redis has not answered since the start. */
async function readOverview(reader: OverviewReader): Promise<Overview | undefined> {
  return reader.current() ?? (await reader.refresh().catch(() => undefined));
}

/** `/system`, its numbers as JSON, and the buttons of the instance map. */
export function addOverviewRoutes(app: HttpApp, parts: OverviewParts): void {
  const { reader, instances, noteChange } = parts;

  app.get('/system', { schema: { querystring: OverviewQuery } }, async (request, reply) => {
    const { notice } = request.query;
    const shown = notice === 'saved' || notice === 'unchanged' ? notice : undefined;
    return sendOverviewPage(parts, request, reply, { notice: shown });
  });
  // The addresses of forms stay in the address bar after a refusal.
  for (const path of ['/system/', '/system/settings', '/system/instances'])
    app.get(path, async (_request, reply) => reply.redirect('/system', 303));

  app.get('/system/api/overview', async () => {
    const overview = await readOverview(reader);
    if (!overview) throw createCodedError('REDIS_UNAVAILABLE');
    return overview;
  });

  app.post('/system/instances', { schema: { body: InstanceForm } }, async (request, reply) => {
    const { id, wish } = request.body;
    const overview = await reader.refresh();
    const instance = overview.instances.find((candidate) => candidate.id === id);
    const words = parts.pages.contextOf(request).texts.instances;
    const verdict = wish === 'drain' ? canDisable(overview.instances, id) : instance ? 'yes' : 'unknown';
    if (verdict !== 'yes') {
      const instanceProblem = verdict === 'unknown' ? words.unknown : words.lastAdmin;
      return sendOverviewPage(parts, request, reply.code(verdict === 'unknown' ? 404 : 409), { instanceProblem });
    }
    await instances.setDisabled(id, wish === 'drain');
    const was = { enabled: String(instance?.isEnabled ?? true) };
    const now = { enabled: String(wish === 'enable') };
    if (was.enabled !== now.enabled) {
      const { name } = sessionOf(request).operator;
      await noteChange({ who: name, what: 'instance', subject: id, before: was, after: now });
    }
    await reader.refresh().catch(() => undefined);
    return reply.redirect('/system#instances', 303);
  });
}
