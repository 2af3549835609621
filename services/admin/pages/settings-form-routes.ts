import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { nameOf } from '../operators/access.ts';
import { fieldsByName } from '../settings/settings-change.ts';
import type { SettingsDesk } from '../settings/settings-desk.ts';
import { sendView, type ViewParts } from './view-routes.ts';
import { type SettingsAttempt, settingsView } from './views/settings.ts';

const Form = Type.Record(Type.String(), Type.String());

/** The settings form: seen before it is saved, and kept as it was typed when it is refused. */
export function addSettingsFormRoutes(
  app: HttpApp,
  parts: ViewParts & { settings: Pick<SettingsDesk, 'save' | 'preview'>; refresh(): Promise<unknown> },
): void {
  const { settings, refresh } = parts;

  const sendAttempt = (request: FastifyRequest, reply: FastifyReply, attempt: SettingsAttempt) =>
    sendView(parts, request, reply, async (context) => settingsView(context, { attempt }));

  app.post('/system/settings', { schema: { body: Form } }, async (request, reply) => {
    const { wished, shown } = readForm(request.body);
    const outcome = await settings.save({ who: nameOf(request), wished, shown });
    await refresh().catch(() => undefined);
    if (outcome.kind !== 'refused') return reply.redirect(`/system/settings?notice=${outcome.kind}`, 303);
    return sendAttempt(request, reply.code(400), { typed: wished, problems: outcome.problems });
  });

  app.post('/system/settings/preview', { schema: { body: Form } }, async (request, reply) => {
    const { wished, shown } = readForm(request.body);
    const snapshot = await parts.readSnapshot();
    if (!snapshot) throw createCodedError('REDIS_UNAVAILABLE');
    const preview = await settings.preview({ wished, shown }, snapshot);
    const problems = preview.problems.map(({ field, value }) => ({ field, value, kind: 'refused' as const }));
    return sendAttempt(request, reply.code(problems.length > 0 ? 400 : 200), { typed: wished, problems, preview });
  });
}

/** What was typed, and what the form had shown before, which tells a change from what somebody else has set meanwhile. */
function readForm(body: Readonly<Record<string, string>>) {
  const wished: Record<string, string> = {};
  const shown: Record<string, string> = {};
  for (const name of fieldsByName.keys()) {
    const [value, was] = [body[name], body[`was.${name}`]];
    if (value !== undefined) wished[name] = value;
    if (was !== undefined) shown[name] = was;
  }
  return { wished, shown };
}
