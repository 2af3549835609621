import { describeRange, findSettingProblem, settingFields } from '@fairline/shared/contracts/settings.ts';
import { createCodedError, errorBody } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import type { SettingsStore } from '@fairline/shared/stores/settings/store.ts';
import Type from 'typebox';
import { sessionOf } from '../operators/access.ts';
import type { Audit } from '../operators/audit.ts';
import type { Sessions } from '../operators/session.ts';
import { type OverviewParts, sendOverviewPage } from '../overview/overview-routes.ts';
import { decideSettingsChange, fieldsByName, type SettingProblem } from './settings-change.ts';
import { viewSettings } from './settings-view.ts';

const SettingsForm = Type.Record(Type.String(), Type.String());
const SettingsBody = Type.Record(Type.String(), Type.Union([Type.String(), Type.Integer()]));

export type SettingsParts = Pick<OverviewParts, 'reader' | 'audit' | 'pages'> & {
  settings: Pick<SettingsStore, 'save' | 'readRaw' | 'readGood'>;
  noteChange: Audit;
  sessions: Sessions;
};

type SaveOutcome = { kind: 'saved' } | { kind: 'unchanged' } | { kind: 'refused'; problems: SettingProblem[] };

/** The settings form, and the same as JSON for scripts. */
export function addSettingsRoutes(app: HttpApp, parts: SettingsParts): void {
  const { settings, reader, noteChange, sessions } = parts;

  async function save(
    who: string,
    wished: Readonly<Record<string, string>>,
    shown?: Readonly<Record<string, string>>,
  ): Promise<SaveOutcome> {
    const change = decideSettingsChange({ wished, shown, current: await settings.readRaw() });
    if (change.kind === 'none') return { kind: 'unchanged' };
    if (change.kind === 'refused') return change;
    const outcome = await settings.save(change.after);
    if (outcome.kind === 'refused')
      return { kind: 'refused', problems: outcome.problems.map((problem) => ({ ...problem, kind: 'refused' })) };
    await noteChange({ who, what: 'settings', subject: '', before: change.before, after: change.after });
    return { kind: 'saved' };
  }

  async function readView() {
    return viewSettings(await settings.readRaw(), await settings.readGood());
  }

  app.post('/system/settings', { schema: { body: SettingsForm } }, async (request, reply) => {
    const wished: Record<string, string> = {};
    const shown: Record<string, string> = {};
    for (const name of fieldsByName.keys()) {
      const value = request.body[name];
      const was = request.body[`was.${name}`];
      if (value !== undefined) wished[name] = value;
      if (was !== undefined) shown[name] = was;
    }
    const outcome = await save(sessionOf(request).operator.name, wished, shown);
    await reader.refresh().catch(() => undefined);
    if (outcome.kind === 'refused')
      return sendOverviewPage(parts, request, reply.code(400), {
        attempt: { typed: wished, problems: outcome.problems },
      });
    return reply.redirect(`/system?notice=${outcome.kind}#settings`, 303);
  });

  app.get('/system/api/settings', async (request) => {
    const view = await readView();
    const fields = settingFields.map((field) => ({
      ...field,
      range: describeRange(field),
      ...view.fields[field.name],
    }));
    return { version: view.version, fields, csrfToken: sessions.csrfToken(sessionOf(request)) };
  });

  app.put('/system/api/settings', { schema: { body: SettingsBody } }, async (request, reply) => {
    const wished = Object.fromEntries(Object.entries(request.body).map(([name, value]) => [name, String(value)]));
    const outcome = await save(sessionOf(request).operator.name, wished);
    if (outcome.kind !== 'refused') {
      await reader.refresh().catch(() => undefined);
      return { outcome: outcome.kind, ...(await readView()) };
    }
    const [first] = outcome.problems;
    const unknown = outcome.problems.find((problem) => problem.kind === 'unknown');
    if (unknown) throw createCodedError('BAD_REQUEST', `${unknown.field} is not a setting`);
    const problems = outcome.problems.map(({ field: name, value }) => {
      const field = fieldsByName.get(name);
      return {
        field: name,
        value,
        range: field && describeRange(field),
        problem: field && findSettingProblem(field, value),
      };
    });
    const body = errorBody('BAD_SETTING', request.id, first?.field, problems[0]?.problem, JSON.stringify(first?.value));
    return reply.code(400).send({ ...body, problems });
  });
}
