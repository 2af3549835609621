import type { Html } from '@fairline/shared/html.ts';
import type { AuditAnswer } from '../../contract/audit.ts';
import type { BlocksAnswer } from '../../contract/blocks.ts';
import type { SaleAnswer } from '../../contract/sale.ts';
import type { VisitorAnswer } from '../../contract/visitor.ts';
import { type AskApi, apiPath } from '../own-api.ts';
import type { ViewContext, ViewName } from '../view-context.ts';
import { auditView } from './audit.ts';
import { blocksView } from './blocks.ts';
import { instancesView } from './instances.ts';
import { overviewView } from './overview.ts';
import { saleView } from './sale.ts';
import { settingsView } from './settings.ts';
import { visitorView } from './visitor.ts';

export type ViewQuery = { id?: string | undefined; before?: string | undefined };

type LoadView = (context: ViewContext, ask: AskApi, query: ViewQuery) => Promise<Html>;

const latestShown = 6;

/** null for what cannot be read now: a view shows what it has. */
async function read<T>(ask: AskApi, path: string): Promise<T | null> {
  const answer = await ask<T>({ method: 'GET', path });
  return answer.kind === 'done' ? answer.body : null;
}

/** Each view with the records that it shows; what is live is in the context already. */
export const loadView: Readonly<Record<ViewName, LoadView>> = {
  overview: async (context, ask) =>
    overviewView(context, { latest: await read<AuditAnswer>(ask, `/system/api/audit?limit=${latestShown}`) }),
  instances: async (context) => instancesView(context),
  settings: async (context) => settingsView(context, {}),
  visitor: async (context, ask, { id = '' }) => {
    const typed = id.trim().toLowerCase();
    const visitor = typed === '' ? null : await read<VisitorAnswer>(ask, apiPath('visitors', typed));
    return visitorView(context, { id: typed, visitor: visitor ?? undefined });
  },
  blocks: async (context, ask) => blocksView(context, { answer: await read<BlocksAnswer>(ask, '/system/api/blocks') }),
  audit: async (context, ask, { before }) => {
    const page = before === undefined ? '' : `&before=${encodeURIComponent(before.toWellFormed())}`;
    return auditView(context, { answer: await read<AuditAnswer>(ask, `/system/api/audit?limit=50${page}`), before });
  },
  sale: async (context, ask) => saleView(context, { sale: await read<SaleAnswer>(ask, '/system/api/sale') }),
};
