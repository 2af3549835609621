import { describeRange, settingFields } from '@fairline/shared/contracts/settings.ts';
import { createCodedError, errorBody } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import Type from 'typebox';
import type { ChangedAnswer } from '../contract/changed.ts';
import type { SettingsPreviewAnswer } from '../contract/settings.ts';
import { nameOf, sessionOf } from '../operators/access.ts';
import type { Sessions } from '../operators/session.ts';
import type { OverviewReader } from '../overview/overview-reader.ts';
import { readOverview } from '../overview/overview-routes.ts';
import { describeProblem, type SettingsDesk } from './settings-desk.ts';

const SettingsBody = Type.Record(Type.String(), Type.Union([Type.String(), Type.Integer()]));
const AdmissionsBody = Type.Object({ admissions: Type.Enum(['open', 'paused', 'closed']) });
const MessageBody = Type.Object({ message: Type.String({ maxLength: 2_000 }) });

export type SettingsParts = {
  reader: OverviewReader;
  desk: SettingsDesk;
  sessions: Sessions;
};

/** The settings as JSON, for scripts and for the page; its form has routes of its own. */
export function addSettingsRoutes(app: HttpApp, parts: SettingsParts): void {
  const { desk, reader, sessions } = parts;

  app.get('/system/api/settings', async (request) => {
    const view = await desk.readView();
    const fields = settingFields.map((field) => ({
      ...field,
      range: describeRange(field),
      ...view.fields[field.name],
    }));
    return { version: view.version, fields, csrfToken: sessions.csrfToken(sessionOf(request)) };
  });

  app.put('/system/api/settings', { schema: { body: SettingsBody } }, async (request, reply) => {
    const outcome = await desk.save({ who: nameOf(request), wished: toTexts(request.body) });
    if (outcome.kind !== 'refused') {
      await reader.refresh().catch(() => undefined);
      return { outcome: outcome.kind, ...(await desk.readView()) };
    }
    const unknown = outcome.problems.find((problem) => problem.kind === 'unknown');
    if (unknown) throw createCodedError('BAD_REQUEST', `${unknown.field} is not a setting`);
    const problems = outcome.problems.map(describeProblem);
    const [first] = problems;
    const body = errorBody('BAD_SETTING', request.id, first?.field, first?.problem, JSON.stringify(first?.value));
    return reply.code(400).send({ ...body, problems });
  });

  app.post(
    '/system/api/settings/preview',
    { config: { isReading: true }, schema: { body: SettingsBody } },
    async (request): Promise<SettingsPreviewAnswer> => {
      const overview = await readOverview(reader);
      if (!overview) throw createCodedError('REDIS_UNAVAILABLE');
      return desk.preview({ wished: toTexts(request.body) }, overview);
    },
  );

  async function saveOne(who: string, wished: Record<string, string>): Promise<ChangedAnswer> {
    const outcome = await desk.save({ who, wished });
    await reader.refresh().catch(() => undefined);
    if (outcome.kind !== 'refused') return { changed: outcome.kind === 'saved' };
    const [problem] = outcome.problems.map(describeProblem);
    throw createCodedError('BAD_SETTING', problem?.field, problem?.problem, JSON.stringify(problem?.value));
  }

  app.post('/system/api/admissions', { schema: { body: AdmissionsBody } }, async (request) =>
    saveOne(nameOf(request), { admissions: request.body.admissions }),
  );
  app.post('/system/api/message', { schema: { body: MessageBody } }, async (request) =>
    saveOne(nameOf(request), { message: request.body.message }),
  );
}

function toTexts(body: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)]));
}
