import type { ErrorBody } from '@fairline/shared/contracts/error-body.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { LiveSnapshot } from '../contract/overview.ts';
import { wantsPage } from '../operators/access.ts';
import { formCalls } from './form-calls.ts';
import { createOwnApi } from './own-api.ts';
import { describeError, type Pages } from './pages.ts';
import { type ViewContext, type ViewName, viewNames, viewPath } from './view-context.ts';
import { loadView, type ViewQuery } from './views/load-view.ts';

const Query = Type.Object({
  notice: Type.Optional(Type.String({ maxLength: 40 })),
  id: Type.Optional(Type.String({ maxLength: 200 })),
  before: Type.Optional(Type.String({ maxLength: 64 })),
});
const Form = Type.Record(Type.String(), Type.String());

export type ViewParts = {
  pages: Pages;
  /** The last reading; it throws while Redis has not answered since the start. */
  readSnapshot(): Promise<LiveSnapshot | undefined>;
};

/** Sends a view. It says 503 while there is nothing to show yet. */
export async function sendView(
  parts: ViewParts,
  request: FastifyRequest,
  reply: FastifyReply,
  render: (context: ViewContext) => Promise<{ toString(): string }>,
  said: Pick<ViewContext, 'notice' | 'problem'> = {},
): Promise<FastifyReply> {
  const snapshot = await parts.readSnapshot();
  const context = { ...parts.pages.viewContextOf(request, snapshot), ...said };
  if (!snapshot) reply.code(503).header('retry-after', 2);
  return parts.pages.send(reply, await render(context));
}

/** Every view, and every form but the settings'. */
export function addViewRoutes(app: HttpApp, parts: ViewParts): void {
  const { pages } = parts;

  async function send(
    view: ViewName,
    request: FastifyRequest,
    reply: FastifyReply,
    query: ViewQuery,
    said: Pick<ViewContext, 'notice' | 'problem'>,
  ): Promise<FastifyReply> {
    const ask = createOwnApi(app, request, pages.csrfTokenOf(request));
    return sendView(parts, request, reply, (context) => loadView[view](context, ask, query), said);
  }

  for (const view of viewNames)
    app.get(viewPath(view), { schema: { querystring: Query } }, async (request, reply) => {
      const { notice, ...query } = request.query;
      const { notices } = pages.contextOf(request).texts;
      const isKnown = notice !== undefined && Object.hasOwn(notices, notice);
      return send(view, request, reply, query, { notice: isKnown ? notices[notice] : undefined });
    });
  app.get('/system/', async (_request, reply) => reply.redirect('/system', 303));

  for (const [path, toCall] of Object.entries(formCalls))
    app.post(path, { schema: { body: Form } }, async (request, reply) => {
      const { call, view, query = {}, ...form } = toCall(request.body);
      const answer = await createOwnApi(app, request, pages.csrfTokenOf(request))<{ changed?: boolean }>(call);
      const { texts } = pages.contextOf(request);
      if (answer.kind === 'failed') {
        const { status, error } = answer;
        const isMalformed = error.code === 'BAD_REQUEST';
        const text = isMalformed && form.help ? form.help(texts) : describeError(error, texts);
        if (!wantsPage(request))
          return reply.code(status).send({ ...error, text } satisfies ErrorBody & { text: string });
        return send(view, request, reply.code(status), query, { problem: text });
      }
      const notice = answer.body.changed === false ? 'unchanged' : form.notice;
      if (!wantsPage(request)) return { text: texts.notices[notice] ?? '' };
      return reply.redirect(`${viewPath(view)}?${new URLSearchParams({ ...query, notice })}`, 303);
    });
  // The addresses of forms stay in the address bar after a refusal.
  for (const [path, view] of [
    ['/system/admissions', 'overview'],
    ['/system/message', 'overview'],
    ['/system/scaling', 'instances'],
    ['/system/blocks/undo', 'blocks'],
    ['/system/sale/drop', 'sale'],
    ['/system/settings/preview', 'settings'],
  ] as const)
    app.get(path, async (_request, reply) => reply.redirect(viewPath(view), 303));
}
