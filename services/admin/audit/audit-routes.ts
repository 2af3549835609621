import type { HttpApp } from '@fairline/shared/http-app.ts';
import type { AuditStore } from '@fairline/shared/stores/audit/store.ts';
import Type from 'typebox';
import type { AuditAnswer } from '../contract/audit.ts';

const pageSize = 50;
const Query = Type.Object({
  before: Type.Optional(Type.String({ pattern: '^\\d{1,20}-\\d{1,20}$' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
});

/** `/system/api/audit`: what operators did, page by page. */
export function addAuditRoutes(
  app: HttpApp,
  { audit }: { audit: Pick<AuditStore, 'readLatest' | 'readBefore'> },
): void {
  app.get('/system/api/audit', { schema: { querystring: Query } }, async (request): Promise<AuditAnswer> => {
    const { before, limit = pageSize } = request.query;
    return readAuditPage(audit, { before, limit });
  });
}

/** `before`: id of the last entry of the page before; undefined for the first. */
export async function readAuditPage(
  audit: Pick<AuditStore, 'readLatest' | 'readBefore'>,
  { before, limit }: { before: string | undefined; limit: number },
): Promise<AuditAnswer> {
  // One more tells whether there is another page.
  const found = await (before === undefined ? audit.readLatest(limit + 1) : audit.readBefore(before, limit + 1));
  const entries = found.slice(0, limit);
  return { entries, next: found.length > limit ? (entries.at(-1)?.id ?? null) : null };
}
